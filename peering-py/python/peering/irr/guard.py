"""Keeping the last good answer: what may take its place, and what may not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, Generic, TypeAlias, TypeVar, overload

from peering import _native
from peering._record import Record, record, shape_of
from peering.exceptions import PeeringError
from peering.irr.prefixes import PrefixEntry, Prefixes

__all__ = [
    "EmptyList",
    "GrownList",
    "Guard",
    "Kept",
    "LongList",
    "Outcome",
    "Refusal",
    "Settled",
    "ShortPrefix",
    "ShrunkList",
    "Skipped",
    "Unchanged",
    "Updated",
    "settle",
]


@record()
class Guard(Record):
    """Bounds for what may take the place of the last good list.

    Registries have bad days, and so have those who write into them: an answer that is empty of a sudden, or ten times as
    long, must not become a router's filter before somebody has looked at it.

    >>> Guard(max_growth=None).max_shrink
    50
    """

    #: Whether an empty list may take the place of one that is not.
    allow_empty: bool = False
    #: By how many percent a list may shrink; by anything, if ``None``.
    max_shrink: int | None = 50
    #: By how many percent a list may grow; by anything, if ``None``.
    max_growth: int | None = 300
    #: Lists with fewer entries than this may shrink and grow as they like.
    small: int = 20
    #: The most entries of a list, also of the first one; any number, if ``None``.
    most: int | None = 500_000
    #: The shortest IPv4 prefix, also in the first list: 0.0.0.0/0 opens a filter to everybody.
    shortest_ipv4: int = 8
    #: The shortest IPv6 prefix.
    shortest_ipv6: int = 16

    @classmethod
    def off(cls) -> Guard:
        """Lets everything through: for the one time that somebody has looked at it."""
        return cls(
            allow_empty=True, max_shrink=None, max_growth=None, small=0, most=None, shortest_ipv4=0, shortest_ipv6=0
        )


_USUAL = Guard()


@record(tag="empty")
class EmptyList(Record):
    """There is nothing in it any more.

    >>> EmptyList(before=3).before
    3
    """

    #: How many entries there were.
    before: int


@record(tag="shrunk")
class ShrunkList(Record):
    """It is much shorter.

    >>> ShrunkList(before=100, now=49, percent=51).percent
    51
    """

    #: How many entries there were.
    before: int
    #: How many there would be.
    now: int
    #: How much is gone.
    percent: int


@record(tag="grown")
class GrownList(Record):
    """It is much longer.

    >>> GrownList(before=3, now=20, percent=566).now
    20
    """

    #: How many entries there were.
    before: int
    #: How many there would be.
    now: int
    #: How much has come.
    percent: int


@record(tag="long")
class LongList(Record):
    """It has more entries than any list may have.

    >>> LongList(now=11, most=10).most
    10
    """

    #: How many there would be.
    now: int
    #: How many there may be.
    most: int


@record(tag="short")
class ShortPrefix(Record):
    """It accepts a prefix that is nobody's.

    >>> ShortPrefix(entry=PrefixEntry(prefix="0.0.0.0/0")).entry.exact
    True
    """

    #: The entry.
    entry: PrefixEntry


#: Why a new list may not take the place of the last good one.
Refusal: TypeAlias = EmptyList | ShrunkList | GrownList | LongList | ShortPrefix


@dataclasses.dataclass(frozen=True, slots=True)
class Skipped:
    """The list is not to be looked up.

    >>> Skipped() == Skipped()
    True
    """


@dataclasses.dataclass(frozen=True, slots=True)
class Unchanged:
    """The list is the same as before.

    >>> Unchanged() == Unchanged()
    True
    """


@dataclasses.dataclass(frozen=True, slots=True)
class Updated:
    """There is a new list.

    >>> Updated(before=0, now=12).now
    12
    """

    #: How many entries there were.
    before: int
    #: How many there are.
    now: int


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """The last good list stays, or nothing where there was none. ``str()`` of it says why.

    >>> Kept(message="nothing is left of 3 entries", refusal=EmptyList(before=3)).error is None
    True
    """

    #: Why, in words.
    message: str
    #: What failed, if there was no new list.
    error: PeeringError | None = None
    #: What the guard has against the new list, if there was one.
    refusal: Refusal | None = None
    #: When what stays was found good; ``None`` if that is not known, or nothing is there.
    at: datetime | None = None

    def age(self, now: datetime) -> timedelta | None:
        """How old the list is that stays. ``None`` if that is not known."""
        return None if self.at is None else now - self.at

    def __str__(self) -> str:
        return self.message


#: What became of one list.
Outcome: TypeAlias = Skipped | Unchanged | Updated | Kept

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Settled(Generic[T]):
    """The list that is held now, and what became of the new one.

    >>> Settled(held=[64500], at=None, outcome=Unchanged()).held
    [64500]
    """

    #: The list that is good now, if there is one.
    held: T | None
    #: When it was found good.
    at: datetime | None
    #: What became of the new one.
    outcome: Outcome


def _outcome(row: tuple[str, Any, Any, Any]) -> Outcome:
    """The outcome of the compiled half's parts of it."""
    word, first, second, at = row
    if word == "updated":
        return Updated(before=first, now=second)
    if word == "kept":
        if first is not None:
            return Kept(message=str(first), error=first, at=at)
        refusal, message = second
        return Kept(message=message, refusal=refusal, at=at)
    return Skipped() if word == "skipped" else Unchanged()


@overload
def settle(  # type: ignore[overload-overlap]
    held: Prefixes | None,
    at: datetime | None,
    found: Prefixes | PeeringError,
    guard: Guard = ...,
    now: datetime | None = ...,
) -> Settled[Prefixes]: ...
@overload
def settle(
    held: Iterable[int] | None,
    at: datetime | None,
    found: Iterable[int] | PeeringError,
    guard: Guard = ...,
    now: datetime | None = ...,
) -> Settled[tuple[int, ...]]: ...
def settle(
    held: Any,
    at: datetime | None,
    found: Any,
    guard: Guard = _USUAL,
    now: datetime | None = None,
) -> Settled[Any]:
    """Lets a new list take the place of the last good one, or not: prefixes, or AS numbers. ``held`` is the last good list, if
    there is one, and ``at`` when it was found good; what was found may be the error of the look-up.

    >>> settled = settle(range(100), None, range(10))
    >>> print(settled.outcome, "-", len(settled.held))
    10 of 100 entries are left (90% less) - 100
    """
    are_prefixes = isinstance(found, Prefixes) or isinstance(held, Prefixes)
    if isinstance(found, PeeringError):
        rows: Any = held
        kept = held if held is None or are_prefixes else tuple(rows)
        return Settled(kept, at, Kept(message=str(found), error=found, at=at))
    shape = shape_of(Prefixes | None if are_prefixes else tuple[int, ...] | None)
    when = datetime.now(timezone.utc) if now is None else now
    settled, since, row = _native.irr_settle(held, at, found, guard, when, are_prefixes, shape, shape_of(Refusal))
    return Settled(settled, since, _outcome(row))
