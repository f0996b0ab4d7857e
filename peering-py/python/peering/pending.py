"""Commits that wait for their confirmation, and what else a session may leave on a device."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from peering._record import Record, record

__all__ = ["CandidateLeft", "CommitEnded", "CommitPending", "Leftover", "Pending", "Token"]


@record()
class Token(Record):
    """What a new process needs in order to confirm or revert a pending commit. Holds no secret.

    It can be pickled, or written down as JSON and read again.

    >>> token = Token(platform="frr", host="r1:22", id="42")
    >>> Token.from_dict(token.to_dict()) == token
    True
    """

    #: The driver's name.
    platform: str
    #: The host that the commit is pending on.
    host: str
    #: The device's own name for the pending commit.
    id: str


@record()
class Pending(Record):
    """A commit that waits for its confirmation.

    >>> token = Token(platform="frr", host="r1:22", id="42")
    >>> Pending(token=token, deadline="2026-01-02T03:04:05Z", holder="netops").deadline.year
    2026
    """

    #: Names it.
    token: Token
    #: When the device takes it back, by this machine's clock: never later than the device's own deadline.
    deadline: datetime
    #: Who made it, in the device's or the driver's words.
    holder: str


@record(tag="pending", kw_only=False)
class CommitPending(Record):
    """A commit still waits for its confirmation.

    >>> CommitPending.__match_args__
    ('value',)
    """

    #: The commit.
    value: Pending


@record(tag="candidate")
class CandidateLeft(Record):
    """A candidate or a lock without a pending commit.

    >>> CandidateLeft(holder="netops", is_ours=True).is_ours
    True
    """

    #: Who holds it.
    holder: str
    #: Whether there is proof that it is ours and dead, so that it will be discarded at the next candidate.
    is_ours: bool


@record(tag="ended")
class CommitEnded(Record):
    """An earlier commit ended without us: what became of it, in the driver's words.

    >>> CommitEnded(token=Token(platform="frr", host="r1:22", id="42"), outcome="taken back").outcome
    'taken back'
    """

    #: Names it.
    token: Token
    #: What became of it.
    outcome: str


#: What an earlier session of ours left behind on the device.
Leftover: TypeAlias = CommitPending | CandidateLeft | CommitEnded
