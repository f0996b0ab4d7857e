"""The program that asks the routing registries, and bringing the lists of a network up to date."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from peering import _native
from peering._family import Family
from peering._operation import finish
from peering._record import Record, record, shape_of
from peering.irr.as_set import SOURCES, AsSet, SetProblem
from peering.irr.guard import Guard, Kept, Outcome, Refusal, _outcome
from peering.irr.prefixes import PrefixEntry

if TYPE_CHECKING:
    from peering.model import IrrSync, Network

__all__ = ["Bgpq4", "Found", "RefreshOptions", "Refreshed", "refresh", "refresh_async"]

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was found, and what the program had to say about it.

    >>> Found(value=[64500], notes=[]).value
    [64500]
    """

    #: What was found.
    value: T
    #: The program's warnings, e.g. about members that were left out. Strangers' names may occur in them.
    notes: list[str]


@record()
class Bgpq4(Record):
    """How ``bgpq4`` (or ``bgpq3``) is run. It asks a server that speaks IRRd's protocol.

    Nothing that a stranger wrote becomes an argument, unless it was found to be a set's name. What is usual can be changed
    for one system with an :class:`~peering.model.IrrSync`.

    >>> print(*Bgpq4(host="").prefix_command(AsSet.parse("RIPE::AS-ONE"), Family.IPV6)[3:])
    -6 -A -r 16 -R 48 -j -l prefix_list RIPE::AS-ONE
    """

    #: The program, by name or path.
    program: str = "bgpq4"
    #: The server, with ``:port`` if that is not 43. The program's own default, if it is empty.
    host: str = "rr.ntt.net"
    #: The registries to ask, in the order of trust. All that the server has, if there are none.
    sources: Sequence[str] = SOURCES
    #: Arguments for IPv4 prefixes: how to aggregate, and how much more specific routes may be.
    ipv4_args: Sequence[str] = ("-A", "-r", "8", "-R", "24")
    #: Arguments for IPv6 prefixes.
    ipv6_args: Sequence[str] = ("-A", "-r", "16", "-R", "48")
    #: Arguments for lists of autonomous systems.
    as_list_args: Sequence[str] = ()
    #: Whether a set is looked up in the registry that its operator named. Without that, anybody who registers a set of the
    #: same name in a registry that is asked earlier decides. Only a program that is called ``bgpq4`` can do it.
    keep_source: bool = True
    #: The longest time for one run; then the program is killed.
    timeout: timedelta = timedelta(seconds=120)
    #: The most bytes that one run may print.
    max_output: int = 64 << 20

    def prefix_command(self, set: AsSet, family: Family, sync: IrrSync | None = None) -> list[str]:
        """The command for the prefixes of a set: the program and its arguments."""
        return _native.irr_command(self, set, family, sync, 1)

    def as_list_command(self, set: AsSet, first: int = 1, sync: IrrSync | None = None) -> list[str]:
        """The command for the autonomous systems of a set. ``first`` is of no account in its answer, but must be given."""
        return _native.irr_command(self, set, None, sync, first)

    def _prefixes(self, set: AsSet, family: Family, sync: IrrSync | None) -> _native.Operation:
        return _native.irr_look_up(self, set, family, sync, shape_of(tuple[PrefixEntry, ...]))

    def prefixes(self, set: AsSet, family: Family, sync: IrrSync | None = None) -> Found[list[PrefixEntry]]:
        """Looks up the prefixes of a set.

        Raises :class:`~peering.exceptions.OptionsError` if the set has no name that can be looked up, or the program cannot be
        started; :class:`~peering.exceptions.NotFoundError` if the registries know no such set, or it is empty;
        :class:`~peering.exceptions.RejectedError` if the server refused a part of the question; and as any connection.
        """
        value, notes = self._prefixes(set, family, sync).wait()
        return Found(list(value), notes)

    async def prefixes_async(self, set: AsSet, family: Family, sync: IrrSync | None = None) -> Found[list[PrefixEntry]]:
        """As :meth:`prefixes`, awaited. Cancelling it kills the program."""
        value, notes = await finish(self._prefixes(set, family, sync))
        return Found(list(value), notes)

    def _as_list(self, set: AsSet, sync: IrrSync | None) -> _native.Operation:
        return _native.irr_look_up(self, set, None, sync, shape_of(tuple[int, ...]))

    def as_list(self, set: AsSet, sync: IrrSync | None = None) -> Found[list[int]]:
        """Looks up the autonomous systems of a set, as the registries have them. A route-set has none.

        Raises as :meth:`prefixes`.
        """
        value, notes = self._as_list(set, sync).wait()
        return Found(list(value), notes)

    async def as_list_async(self, set: AsSet, sync: IrrSync | None = None) -> Found[list[int]]:
        """As :meth:`as_list`, awaited."""
        value, notes = await finish(self._as_list(set, sync))
        return Found(list(value), notes)


@record()
class RefreshOptions(Record):
    """How a refresh goes about it.

    >>> RefreshOptions(only=[64501]).parallel
    4
    """

    #: What may take the place of the last good lists.
    guard: Guard = Guard()
    #: How many programs run at the same time, at least one.
    parallel: int = 4
    #: The systems to refresh, by number; all, if there are none.
    only: Sequence[int] = ()


_BGPQ4 = Bgpq4()
_OPTIONS = RefreshOptions()


@dataclasses.dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of the lists of one autonomous system.

    >>> from peering.irr import Unchanged
    >>> Refreshed(asn=64501, prefixes=Unchanged(), as_list=Unchanged()).is_good
    True
    """

    #: The system.
    asn: int
    #: Its prefixes: both families, or neither.
    prefixes: Outcome
    #: Its list of autonomous systems.
    as_list: Outcome
    #: What in the text of its AS-SET is no set.
    problems: Sequence[SetProblem] = ()
    #: What the program had to say, e.g. about members that were left out.
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether no list was kept because there was no good one."""
        return not isinstance(self.prefixes, Kept) and not isinstance(self.as_list, Kept)


def _operation(network: Any, bgpq4: Bgpq4, options: RefreshOptions, now: datetime | None) -> _native.Operation:
    from peering.model import AutonomousSystem

    is_record = not isinstance(network, Mapping)
    systems = network.autonomous_systems if is_record else network.get("autonomous_systems", [])
    row: Any = AutonomousSystem if is_record else Any
    return _native.irr_refresh(
        systems,
        bgpq4,
        options,
        datetime.now(timezone.utc) if now is None else now,
        shape_of(tuple[row, ...]),
        shape_of(Refusal),
        shape_of(tuple[SetProblem, ...]),
    )


def _refreshed(network: Any, answer: tuple[Any, list[tuple[Any, ...]]]) -> tuple[Any, list[Refreshed]]:
    systems, rows = answer
    refreshed = [
        Refreshed(asn, _outcome(prefixes), _outcome(numbers), problems, notes)
        for asn, prefixes, numbers, problems, notes in rows
    ]
    if isinstance(network, Mapping):
        return {**network, "autonomous_systems": list(systems)}, refreshed
    return network.replace(autonomous_systems=systems), refreshed


def refresh(
    network: Network,
    bgpq4: Bgpq4 = _BGPQ4,
    options: RefreshOptions = _OPTIONS,
    now: datetime | None = None,
) -> tuple[Network, list[Refreshed]]:
    """Looks up the AS-SETs of a network's autonomous systems; gives the network as it is then, and what became of each.

    Where a look-up fails for any of a system's sets, or the guard refuses what it gives, the list that is there stays.

    >>> from peering.model import AutonomousSystem, IrrSync, Network
    >>> quiet = AutonomousSystem(asn=64501, name="Peer", irr_sync=IrrSync(prefixes=False, as_list=False))
    >>> network, refreshed = refresh(Network(autonomous_systems=[quiet]))
    >>> refreshed[0].prefixes
    Skipped()
    """
    found: tuple[Network, list[Refreshed]] = _refreshed(network, _operation(network, bgpq4, options, now).wait())
    return found


async def refresh_async(
    network: Network,
    bgpq4: Bgpq4 = _BGPQ4,
    options: RefreshOptions = _OPTIONS,
    now: datetime | None = None,
) -> tuple[Network, list[Refreshed]]:
    """As :func:`refresh`, awaited. Cancelling it kills the programs.

    >>> import asyncio
    >>> from peering.model import Network
    >>> asyncio.run(refresh_async(Network()))[1]
    []
    """
    found: tuple[Network, list[Refreshed]] = _refreshed(network, await finish(_operation(network, bgpq4, options, now)))
    return found
