"""The comparison of a network with the mirror."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peering import _native
from peering._compat import Compat
from peering._operation import finish
from peering._record import shape_of
from peering.discovery._look_ups import LookUps
from peering.discovery.filter import Filter
from peering.discovery.found import ExchangePeers, ImportReport, PeerPort
from peering.model import InternetExchange, InternetExchangeSession, Meeting, Network
from peering.model.network import changed
from peering.peeringdb import Cache, NetIxLan
from peering.table import Table

__all__ = ["Discovery"]


_ANYBODY = Filter()


class Discovery(LookUps):
    """A cache and the rules to look at it with. Every answer is of the state that the cache is in when it is asked for.

    ``now`` is the instant as of which peers are hidden; the present, if none is given. Every call has a twin that ends in
    ``_async``, and raises :class:`~peering.exceptions.StorageError` if the cache cannot be read.

    >>> from peering.peeringdb import load_dump
    >>> cache = Cache.in_memory()
    >>> report = load_dump(cache, {
    ...     "net": b'{"data": [{"id": 1, "asn": 64500, "name": "Ours"}, {"id": 2, "asn": 64501, "name": "Peer"}]}',
    ...     "ix": b'{"data": [{"id": 1, "name": "IX"}]}',
    ...     "ixlan": b'{"data": [{"id": 1, "ix_id": 1}]}',
    ...     "ixpfx": b'{"data": [{"id": 1, "ixlan_id": 1, "protocol": "IPv4", "prefix": "192.0.2.0/24"}]}',
    ...     "netixlan": b'''{"data": [
    ...         {"id": 1, "net_id": 1, "ix_id": 1, "ixlan_id": 1, "asn": 64500, "ipaddr4": "192.0.2.1", "operational": true},
    ...         {"id": 2, "net_id": 2, "ix_id": 1, "ixlan_id": 1, "asn": 64501, "ipaddr4": "192.0.2.2", "operational": true}
    ...     ]}''',
    ... })
    >>> discovery = Discovery(cache)
    >>> network, report = discovery.imported(Network(), 64500)
    >>> report.connections_added
    ('ix-1-as64500-1',)
    >>> [(peer.name, peer.sessions[0].ip_address) for peer in discovery.missing(network, 64500, 64501)]
    [('Peer', IPv4Address('192.0.2.2'))]
    >>> network = PeerPort.add_all(discovery.missing(network, 64500, 64501), network)
    >>> discovery.missing(network, 64500, 64501)
    <Table of 0 PeerPort>
    """

    __slots__ = ()

    def __init__(self, cache: Cache, *, compat: Compat = Compat.STRICT, now: datetime | None = None) -> None:
        self._cache = cache
        self._compat = compat
        self._now = now

    def __repr__(self) -> str:
        return f"Discovery({self._cache!r}, compat={self._compat}, now={self._now!r})"

    def shared_exchanges(self, network: Network, ours: int, theirs: int) -> tuple[InternetExchange, ...]:
        """The exchanges of ours where a session with another network is possible in principle, as they stand in our network.

        ``ours`` is one of our networks. Empty if both are the same.
        """
        return tuple(
            network.internet_exchanges[at] for at in self._ask("shared_exchanges", (ours, theirs), bool, network).wait()
        )

    async def shared_exchanges_async(self, network: Network, ours: int, theirs: int) -> tuple[InternetExchange, ...]:
        """As :meth:`shared_exchanges`, awaited."""
        return tuple(
            network.internet_exchanges[at]
            for at in await finish(self._ask("shared_exchanges", (ours, theirs), bool, network))
        )

    def meeting(self, network: Network, ours: int, theirs: int) -> Meeting:
        """Where one of our networks and another one meet, and what is missing: for a template about the two, such as a
        request for peering.
        """
        found: Meeting = self._ask("meeting", (ours, theirs), Meeting, network).wait()
        return found

    async def meeting_async(self, network: Network, ours: int, theirs: int) -> Meeting:
        """As :meth:`meeting`, awaited."""
        found: Meeting = await finish(self._ask("meeting", (ours, theirs), Meeting, network))
        return found

    def missing(self, network: Network, ours: int, theirs: int) -> Table[PeerPort]:
        """The ports of another network with which we could have sessions and do not, at all shared exchanges."""
        return Table(PeerPort, self._ask("missing", (ours, theirs), PeerPort, network).wait())

    async def missing_async(self, network: Network, ours: int, theirs: int) -> Table[PeerPort]:
        """As :meth:`missing`, awaited."""
        return Table(PeerPort, await finish(self._ask("missing", (ours, theirs), PeerPort, network)))

    def missing_at(self, network: Network, exchange: str, theirs: int) -> Table[PeerPort]:
        """The ports of another network with which we could have sessions over one exchange, given by its slug, and do not.

        Raises :class:`~peering.exceptions.NotFoundError` if the network has no such exchange.
        """
        return Table(PeerPort, self._ask("missing_at", (exchange, theirs), PeerPort, network).wait())

    async def missing_at_async(self, network: Network, exchange: str, theirs: int) -> Table[PeerPort]:
        """As :meth:`missing_at`, awaited."""
        return Table(PeerPort, await finish(self._ask("missing_at", (exchange, theirs), PeerPort, network)))

    def available(self, network: Network, exchange: str, filter: Filter = _ANYBODY) -> Table[PeerPort]:
        """The ports at an exchange of ours, given by its slug, with which we could have sessions and do not, by AS number.

        Raises :class:`~peering.exceptions.NotFoundError` if the network has no such exchange.
        """
        return Table(PeerPort, self._ask("available", (exchange, filter), PeerPort, network).wait())

    async def available_async(self, network: Network, exchange: str, filter: Filter = _ANYBODY) -> Table[PeerPort]:
        """As :meth:`available`, awaited."""
        return Table(PeerPort, await finish(self._ask("available", (exchange, filter), PeerPort, network)))

    def available_everywhere(self, network: Network, ours: int, filter: Filter = _ANYBODY) -> tuple[ExchangePeers, ...]:
        """The same at all exchanges of one of our networks at once: every exchange with ``ours`` as its local autonomous
        system, in the document's order.
        """
        return _per_exchange(network, self._ask("available_everywhere", (ours, filter), PeerPort, network).wait())

    async def available_everywhere_async(
        self, network: Network, ours: int, filter: Filter = _ANYBODY
    ) -> tuple[ExchangePeers, ...]:
        """As :meth:`available_everywhere`, awaited."""
        return _per_exchange(
            network, await finish(self._ask("available_everywhere", (ours, filter), PeerPort, network))
        )

    def linked_port(self, network: Network, connection: str) -> NetIxLan | None:
        """PeeringDB's record of a connection of ours, found by its addresses. ``None`` if there is none, or several.

        Raises :class:`~peering.exceptions.NotFoundError` if the network has no such connection.
        """
        found: NetIxLan | None = self._ask("linked_port", connection, NetIxLan | None, network).wait()
        return found

    async def linked_port_async(self, network: Network, connection: str) -> NetIxLan | None:
        """As :meth:`linked_port`, awaited."""
        found: NetIxLan | None = await finish(self._ask("linked_port", connection, NetIxLan | None, network))
        return found

    def is_abandoned(self, network: Network, session: InternetExchangeSession) -> bool:
        """Whether the peer of a session seems to have left: the session is down, and PeeringDB knows the network but not that
        address any more.

        The session's ``bgp_state`` is what was last seen; a session on a router that is not polled is never abandoned.
        """
        found: bool = self._ask("is_abandoned", session, bool, network).wait()
        return found

    async def is_abandoned_async(self, network: Network, session: InternetExchangeSession) -> bool:
        """As :meth:`is_abandoned`, awaited."""
        found: bool = await finish(self._ask("is_abandoned", session, bool, network))
        return found

    def abandoned(self, network: Network) -> tuple[InternetExchangeSession, ...]:
        """All sessions of a network for which :meth:`is_abandoned` holds, in the document's order."""
        return tuple(
            network.internet_exchange_sessions[at] for at in self._ask("abandoned", None, bool, network).wait()
        )

    async def abandoned_async(self, network: Network) -> tuple[InternetExchangeSession, ...]:
        """As :meth:`abandoned`, awaited."""
        return tuple(
            network.internet_exchange_sessions[at] for at in await finish(self._ask("abandoned", None, bool, network))
        )

    def _import(self, network: Network, asn: int) -> _native.Operation:
        native = network.__native__
        shape = shape_of(ImportReport)
        return _native.import_exchanges(self._cache.__native__, self._compat.value, native, asn, shape)

    def imported(self, network: Network, asn: int) -> tuple[Network, ImportReport]:
        """The network with the exchanges and connections of one of our networks that it did not have yet.

        A connection is recognised by its record's number, else by its addresses. What exists is not overwritten; it is
        linked where it was not, and differences are noted. Router, interface and VLAN are the operator's to add. The
        autonomous system itself is added and marked as ours.
        """
        native, report = self._import(network, asn).wait()
        return changed(network, native), report

    async def imported_async(self, network: Network, asn: int) -> tuple[Network, ImportReport]:
        """As :meth:`imported`, awaited."""
        native, report = await finish(self._import(network, asn))
        return changed(network, native), report


def _per_exchange(network: Network, found: list[tuple[int, Any]]) -> tuple[ExchangePeers, ...]:
    exchanges = network.internet_exchanges
    return tuple(ExchangePeers(exchanges[at], Table(PeerPort, rows)) for at, rows in found)
