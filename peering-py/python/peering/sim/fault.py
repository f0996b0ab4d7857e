"""Faults that a test or a demonstration plays: where, what, and how often."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TypeAlias

from peering._record import Record, record

__all__ = [
    "AtCommand",
    "AtConnect",
    "AtReload",
    "AtSave",
    "AtStep",
    "AtTimer",
    "Delay",
    "DropAfter",
    "DropBefore",
    "Fail",
    "Fault",
    "FaultKind",
    "FaultPoint",
    "Garbage",
    "Late",
    "Stall",
    "Step",
]


class Step(Enum):
    """A step of the configuration transaction, as our driver for FRR asks the router for it.

    >>> Step("apply") is Step.APPLY
    True
    """

    #: What can this account do, and what was left behind?
    PROBE = "probe"
    #: Take the lock and read the running configuration.
    LOCK = "lock"
    #: Hand over the target configuration and have its grammar checked.
    STAGE = "stage"
    #: Show what it would change.
    TEST = "test"
    #: Arm the timer and apply.
    APPLY = "apply"
    #: Compare after applying.
    VERIFY = "verify"
    #: Make it permanent.
    CONFIRM = "confirm"
    #: Go back.
    REVERT = "revert"
    #: Go back in the place of a timer that was killed.
    RESCUE = "rescue"
    #: Give the lock up.
    DISCARD = "discard"
    #: Forget the outcome of an ended commit.
    FORGET = "forget"


@record(tag="connect")
class AtConnect(Record):
    """A new TCP connection: :class:`DropBefore` resets it, :class:`Stall` never answers, :class:`Delay` answers late.

    >>> AtConnect().to_dict()
    'connect'
    """


@record(tag="command", kw_only=False)
class AtCommand(Record):
    """A command that begins like this, by exec or typed into a shell.

    Where requests are not command lines, what the request asks for: any command of an eAPI batch, the name of a NETCONF
    operation. A fault that cuts, stalls, delays or garbles strikes the whole request, :class:`Fail` the one command in it.

    >>> AtCommand("show bgp").to_dict()
    {'command': 'show bgp'}
    """

    #: How it begins.
    value: str


@record(tag="step", kw_only=False)
class AtStep(Record):
    """A step of the transaction.

    >>> AtStep(Step.APPLY).to_dict()
    {'step': 'apply'}
    """

    #: Which one.
    value: Step


@record(tag="reload")
class AtReload(Record):
    """The tool that applies FRR's configuration line by line: with :class:`Fail` it dies half-way.

    >>> AtReload().to_dict()
    'reload'
    """


@record(tag="save")
class AtSave(Record):
    """Saving the running configuration: with :class:`Fail` it fails.

    >>> AtSave().to_dict()
    'save'
    """


@record(tag="timer")
class AtTimer(Record):
    """The router's own timer of a pending commit: it does not fire, as if it had been killed.

    >>> AtTimer().to_dict()
    'timer'
    """


#: Where a fault strikes.
FaultPoint: TypeAlias = AtConnect | AtCommand | AtStep | AtReload | AtSave | AtTimer


@record(tag="drop-before")
class DropBefore(Record):
    """The connection is cut before the router has read the request.

    >>> DropBefore().to_dict()
    'drop-before'
    """


@record(tag="drop-after")
class DropAfter(Record):
    """The router does what it is told; the connection is cut before it answers.

    >>> DropAfter().to_dict()
    'drop-after'
    """


@record(tag="stall")
class Stall(Record):
    """The router reads the request and never answers.

    >>> Stall().to_dict()
    'stall'
    """


@record(tag="delay", kw_only=False)
class Delay(Record):
    """The answer comes late.

    >>> Delay(timedelta(seconds=2)).to_dict()
    {'delay': 2.0}
    """

    #: How late.
    value: timedelta


@record(tag="late", kw_only=False)
class Late(Record):
    """The router gets to the request only after this time, and does what it is told whether anybody still waits or not.

    >>> Late(timedelta(seconds=2)).to_dict()
    {'late': 2.0}
    """

    #: How late.
    value: timedelta


@record(tag="garbage", kw_only=False)
class Garbage(Record):
    """The router does what it is told; the answer is this instead.

    >>> Garbage("<html>").value
    '<html>'
    """

    #: The answer.
    value: str


@record(tag="fail")
class Fail(Record):
    """The router does nothing and answers with this error, in the form that its protocol has for errors.

    >>> Fail(status=1, output="% No space left").status
    1
    """

    #: The exit status; eAPI's error code.
    status: int
    #: The words: on standard output, in eAPI's ``errors``, in NETCONF's ``error-message``.
    output: str


#: What happens there.
FaultKind: TypeAlias = DropBefore | DropAfter | Stall | Delay | Late | Garbage | Fail


@record()
class Fault(Record):
    """A fault to play: where, what, and how often.

    >>> # The link dies once, right after the router has applied the change.
    >>> Fault(at=AtStep(Step.APPLY), kind=DropAfter()).times
    1
    """

    #: Where.
    at: FaultPoint
    #: What.
    kind: FaultKind
    #: How often; ``None`` is every time.
    times: int | None = 1
