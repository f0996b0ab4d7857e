"""Routers, and configuration changes whose states are types."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from peering import _native
from peering._operation import finish
from peering._record import shape_of
from peering.state import BgpNeighbor, Facts
from peering.table import Table

if TYPE_CHECKING:
    from typing_extensions import Self

    from peering.target import Target


class _Reads:
    """The reads of whoever holds a session: one list for the three."""

    __slots__ = ("_inner",)
    _inner: _native.Router | _native.Candidate | _native.Confirming

    def _one(self, name: str, kind: type[Any], argument: Any = None) -> _native.Operation:
        return self._inner.read(name, shape_of(kind), argument)

    def facts(self) -> Facts:
        """Who the router is."""
        facts: Facts = self._one("facts", Facts).wait()
        return facts

    async def facts_async(self) -> Facts:
        """As :meth:`facts`, awaited."""
        facts: Facts = await finish(self._one("facts", Facts))
        return facts

    def bgp_neighbors(self) -> Table[BgpNeighbor]:
        """Its BGP neighbours, of every network instance and address family."""
        return Table(BgpNeighbor, self._one("bgp_neighbors", BgpNeighbor).wait())

    async def bgp_neighbors_async(self) -> Table[BgpNeighbor]:
        """As :meth:`bgp_neighbors`, awaited."""
        return Table(BgpNeighbor, await finish(self._one("bgp_neighbors", BgpNeighbor)))


class Router(_Reads):
    """A connected router."""

    __slots__ = ()
    _inner: _native.Router

    def __init__(self, native: _native.Router) -> None:
        self._inner = native

    @classmethod
    def connect(cls, driver: Any, target: Target) -> Self:
        """Connects, authenticates, and learns what this device offers."""
        return cls(_native.connect(driver, target).wait())

    def close(self) -> None:
        """Discards what is open and ends the session; a pending commit stays pending."""
        self._inner.close().wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
