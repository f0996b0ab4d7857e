"""Where networks are and what they share, by PeeringDB's records alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peering import _native
from peering._compat import Compat
from peering._operation import finish
from peering._record import Address, shape_of
from peering.discovery.found import (
    ExchangeMeasure,
    ExchangeSize,
    FacilityDistance,
    NetworkMeasure,
    NetworkSize,
    Place,
    PossiblePort,
)
from peering.model import Network
from peering.peeringdb import Cache, Fac, Ix, Net, NetIxLan
from peering.table import Table

__all__ = ["LookUps"]


class LookUps:
    """The look-ups of a :class:`~peering.discovery.Discovery`. Lists are in the order of the objects' numbers unless it says
    otherwise.

    >>> from peering import Cache
    >>> from peering.discovery import Discovery
    >>> Discovery(Cache.in_memory()).exchanges_of(64500)
    <Table of 0 Ix>
    """

    __slots__ = ("_cache", "_compat", "_now")
    _cache: Cache
    _compat: Compat
    _now: datetime | None

    def _ask(self, name: str, with_: Any, kind: Any, network: Network | None = None) -> _native.Operation:
        native = None if network is None else network.__native__
        shape = shape_of(kind)
        return _native.discover(self._cache.__native__, self._compat.value, self._now, name, native, with_, shape)

    def network(self, asn: int) -> Net | None:
        """The network with this AS number."""
        found: Net | None = self._ask("network", asn, Net | None).wait()
        return found

    async def network_async(self, asn: int) -> Net | None:
        """As :meth:`network`, awaited."""
        found: Net | None = await finish(self._ask("network", asn, Net | None))
        return found

    def networks_named(self, text: str) -> Table[Net]:
        """The networks one of whose names contains this text."""
        return Table(Net, self._ask("networks_named", text, Net).wait())

    async def networks_named_async(self, text: str) -> Table[Net]:
        """As :meth:`networks_named`, awaited."""
        return Table(Net, await finish(self._ask("networks_named", text, Net)))

    def exchanges_named(self, text: str) -> Table[Ix]:
        """The exchanges one of whose names contains this text."""
        return Table(Ix, self._ask("exchanges_named", text, Ix).wait())

    async def exchanges_named_async(self, text: str) -> Table[Ix]:
        """As :meth:`exchanges_named`, awaited."""
        return Table(Ix, await finish(self._ask("exchanges_named", text, Ix)))

    def facilities_named(self, text: str) -> Table[Fac]:
        """The facilities one of whose names contains this text."""
        return Table(Fac, self._ask("facilities_named", text, Fac).wait())

    async def facilities_named_async(self, text: str) -> Table[Fac]:
        """As :meth:`facilities_named`, awaited."""
        return Table(Fac, await finish(self._ask("facilities_named", text, Fac)))

    def networks_at_exchange(self, ix: int) -> Table[Net]:
        """The networks connected to an exchange (``ix.id``)."""
        return Table(Net, self._ask("networks_at_exchange", ix, Net).wait())

    async def networks_at_exchange_async(self, ix: int) -> Table[Net]:
        """As :meth:`networks_at_exchange`, awaited."""
        return Table(Net, await finish(self._ask("networks_at_exchange", ix, Net)))

    def networks_at_facility(self, fac: int) -> Table[Net]:
        """The networks present in a facility (``fac.id``)."""
        return Table(Net, self._ask("networks_at_facility", fac, Net).wait())

    async def networks_at_facility_async(self, fac: int) -> Table[Net]:
        """As :meth:`networks_at_facility`, awaited."""
        return Table(Net, await finish(self._ask("networks_at_facility", fac, Net)))

    def exchanges_at_facility(self, fac: int) -> Table[Ix]:
        """The exchanges present in a facility (``fac.id``)."""
        return Table(Ix, self._ask("exchanges_at_facility", fac, Ix).wait())

    async def exchanges_at_facility_async(self, fac: int) -> Table[Ix]:
        """As :meth:`exchanges_at_facility`, awaited."""
        return Table(Ix, await finish(self._ask("exchanges_at_facility", fac, Ix)))

    def ports_of(self, asn: int) -> Table[NetIxLan]:
        """The ports of a network, at all exchanges."""
        return Table(NetIxLan, self._ask("ports_of", asn, NetIxLan).wait())

    async def ports_of_async(self, asn: int) -> Table[NetIxLan]:
        """As :meth:`ports_of`, awaited."""
        return Table(NetIxLan, await finish(self._ask("ports_of", asn, NetIxLan)))

    def ports_at(self, ixlan: int) -> Table[NetIxLan]:
        """The ports on a peering LAN (``ixlan.id``)."""
        return Table(NetIxLan, self._ask("ports_at", ixlan, NetIxLan).wait())

    async def ports_at_async(self, ixlan: int) -> Table[NetIxLan]:
        """As :meth:`ports_at`, awaited."""
        return Table(NetIxLan, await finish(self._ask("ports_at", ixlan, NetIxLan)))

    def peering_lans_of(self, asn: int) -> tuple[int, ...]:
        """The numbers (``ixlan.id``) of the peering LANs where a network has a port, sorted."""
        found: tuple[int, ...] = self._ask("peering_lans_of", asn, tuple[int, ...]).wait()
        return found

    async def peering_lans_of_async(self, asn: int) -> tuple[int, ...]:
        """As :meth:`peering_lans_of`, awaited."""
        found: tuple[int, ...] = await finish(self._ask("peering_lans_of", asn, tuple[int, ...]))
        return found

    def networks_at_exchanges_of(self, asn: int) -> Table[Net]:
        """The networks that have a port on a peering LAN where this one has a port, by AS number, itself left out.

        As the ports say (``netixlan.asn``); a network without a record in the mirror is left out, and is among
        :meth:`asns_at_exchanges_of`.
        """
        return Table(Net, self._ask("networks_at_exchanges_of", asn, Net).wait())

    async def networks_at_exchanges_of_async(self, asn: int) -> Table[Net]:
        """As :meth:`networks_at_exchanges_of`, awaited."""
        return Table(Net, await finish(self._ask("networks_at_exchanges_of", asn, Net)))

    def asns_at_exchanges_of(self, asn: int) -> tuple[int, ...]:
        """The AS numbers that have a port (``netixlan.asn``) on a peering LAN where this one has a port, sorted, itself left
        out. Reads no records.
        """
        found: tuple[int, ...] = self._ask("asns_at_exchanges_of", asn, tuple[int, ...]).wait()
        return found

    async def asns_at_exchanges_of_async(self, asn: int) -> tuple[int, ...]:
        """As :meth:`asns_at_exchanges_of`, awaited."""
        found: tuple[int, ...] = await finish(self._ask("asns_at_exchanges_of", asn, tuple[int, ...]))
        return found

    def exchanges_of(self, asn: int) -> Table[Ix]:
        """The exchanges where a network has a port."""
        return Table(Ix, self._ask("exchanges_of", asn, Ix).wait())

    async def exchanges_of_async(self, asn: int) -> Table[Ix]:
        """As :meth:`exchanges_of`, awaited."""
        return Table(Ix, await finish(self._ask("exchanges_of", asn, Ix)))

    def shared_peeringdb_exchanges(self, one: int, other: int) -> Table[Ix]:
        """The exchanges where two networks have a port on the same peering LAN."""
        return Table(Ix, self._ask("shared_peeringdb_exchanges", (one, other), Ix).wait())

    async def shared_peeringdb_exchanges_async(self, one: int, other: int) -> Table[Ix]:
        """As :meth:`shared_peeringdb_exchanges`, awaited."""
        return Table(Ix, await finish(self._ask("shared_peeringdb_exchanges", (one, other), Ix)))

    def facilities_of(self, asn: int) -> Table[Fac]:
        """The facilities where a network is present."""
        return Table(Fac, self._ask("facilities_of", asn, Fac).wait())

    async def facilities_of_async(self, asn: int) -> Table[Fac]:
        """As :meth:`facilities_of`, awaited."""
        return Table(Fac, await finish(self._ask("facilities_of", asn, Fac)))

    def shared_facilities(self, one: int, other: int) -> Table[Fac]:
        """The facilities where two networks are present."""
        return Table(Fac, self._ask("shared_facilities", (one, other), Fac).wait())

    async def shared_facilities_async(self, one: int, other: int) -> Table[Fac]:
        """As :meth:`shared_facilities`, awaited."""
        return Table(Fac, await finish(self._ask("shared_facilities", (one, other), Fac)))

    def possible(self, ours: int, theirs: int) -> Table[PossiblePort]:
        """The sessions that two networks could have, whether or not either has been imported; by the numbers of their ports.

        Empty if both are the same network.
        """
        return Table(PossiblePort, self._ask("possible", (ours, theirs), PossiblePort).wait())

    async def possible_async(self, ours: int, theirs: int) -> Table[PossiblePort]:
        """As :meth:`possible`, awaited."""
        return Table(PossiblePort, await finish(self._ask("possible", (ours, theirs), PossiblePort)))

    def exists_in_peeringdb(self, asn: int, address: Address) -> bool:
        """Whether PeeringDB knows a port of this network with this address, at any exchange."""
        found: bool = self._ask("exists_in_peeringdb", (asn, address), bool).wait()
        return found

    async def exists_in_peeringdb_async(self, asn: int, address: Address) -> bool:
        """As :meth:`exists_in_peeringdb`, awaited."""
        found: bool = await finish(self._ask("exists_in_peeringdb", (asn, address), bool))
        return found

    def facilities_near(self, place: Place, kilometres: float) -> Table[FacilityDistance]:
        """The facilities at most so many kilometres from a place, nearest first; at the same distance by number.

        Facilities without coordinates in PeeringDB, or with impossible ones, are left out.
        """
        return Table(
            FacilityDistance,
            self._ask("facilities_near", (place.latitude, place.longitude, float(kilometres)), FacilityDistance).wait(),
        )

    async def facilities_near_async(self, place: Place, kilometres: float) -> Table[FacilityDistance]:
        """As :meth:`facilities_near`, awaited."""
        return Table(
            FacilityDistance,
            await finish(
                self._ask("facilities_near", (place.latitude, place.longitude, float(kilometres)), FacilityDistance)
            ),
        )

    def facilities_near_facility(self, fac: int, kilometres: float) -> Table[FacilityDistance]:
        """The facilities at most so many kilometres from another facility (``fac.id``), itself left out.

        Raises :class:`~peering.exceptions.NotFoundError` if the mirror has no such facility or its record no possible
        coordinates.
        """
        return Table(
            FacilityDistance, self._ask("facilities_near_facility", (fac, float(kilometres)), FacilityDistance).wait()
        )

    async def facilities_near_facility_async(self, fac: int, kilometres: float) -> Table[FacilityDistance]:
        """As :meth:`facilities_near_facility`, awaited."""
        return Table(
            FacilityDistance,
            await finish(self._ask("facilities_near_facility", (fac, float(kilometres)), FacilityDistance)),
        )

    def largest_exchanges(self, by: ExchangeMeasure = ExchangeMeasure.NETWORKS, limit: int = 10) -> Table[ExchangeSize]:
        """The largest exchanges, largest first; equal ones by their number (``ix.id``), lowest first.

        Exchanges without a port are not listed.
        """
        return Table(ExchangeSize, self._ask("largest_exchanges", (by, limit), ExchangeSize).wait())

    async def largest_exchanges_async(
        self, by: ExchangeMeasure = ExchangeMeasure.NETWORKS, limit: int = 10
    ) -> Table[ExchangeSize]:
        """As :meth:`largest_exchanges`, awaited."""
        return Table(ExchangeSize, await finish(self._ask("largest_exchanges", (by, limit), ExchangeSize)))

    def largest_networks(self, by: NetworkMeasure = NetworkMeasure.EXCHANGES, limit: int = 10) -> Table[NetworkSize]:
        """The networks with the widest presence, widest first; equal ones by their number (``net.id``), lowest first.

        Networks without a port and without a facility are not listed.
        """
        return Table(NetworkSize, self._ask("largest_networks", (by, limit), NetworkSize).wait())

    async def largest_networks_async(
        self, by: NetworkMeasure = NetworkMeasure.EXCHANGES, limit: int = 10
    ) -> Table[NetworkSize]:
        """As :meth:`largest_networks`, awaited."""
        return Table(NetworkSize, await finish(self._ask("largest_networks", (by, limit), NetworkSize)))
