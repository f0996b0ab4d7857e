"""What discovery finds."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

from peering import _native
from peering._family import Family
from peering._record import Address, Record, record
from peering.model import AutonomousSystem, InternetExchange, InternetExchangeSession, Network
from peering.model._rules import said
from peering.model.network import changed
from peering.peeringdb import Fac, Ix, Net, NetIxLan, Object, ObjectType
from peering.table import Table

__all__ = [
    "AddressDiffers",
    "ExchangeMeasure",
    "ExchangePeers",
    "ExchangeSize",
    "FacilityDistance",
    "ImportNote",
    "ImportReport",
    "NetworkMeasure",
    "NetworkSize",
    "NoAddress",
    "NoPrefix",
    "NoRecord",
    "PeerPort",
    "Place",
    "PossiblePort",
    "PossibleSession",
]


@record()
class PeerPort(Record):
    """A port of another network at an exchange of ours, and the sessions we could have with it.

    >>> from peering.model import InternetExchangeSession, Network
    >>> session = InternetExchangeSession(autonomous_system=64501, connection="ix-1", ip_address="192.0.2.10")
    >>> peer = PeerPort(port=NetIxLan(id=7, asn=64501), sessions=[session])
    >>> peer.asn, peer.name
    (64501, 'AS64501')
    >>> PeerPort.add_all([peer, peer], Network())
    <Network: 1 autonomous system, 1 internet exchange session>
    """

    #: The port.
    port: NetIxLan
    #: The network behind it, if the mirror has its record.
    network: Net | None = None
    #: The sessions that do not exist yet, ready to be added: per connection of ours, IPv6 before IPv4.
    sessions: tuple[InternetExchangeSession, ...] = ()

    @property
    def asn(self) -> int:
        """The peer's number; 0 if the record has none."""
        return self.port.asn or 0

    @property
    def name(self) -> str:
        """The peer's name, or its number if the mirror has no name. A stranger wrote it."""
        return self.autonomous_system.name

    @property
    def autonomous_system(self) -> AutonomousSystem:
        """The peer as it would be added to a network."""
        return AutonomousSystem.from_record(self.network or Net(id=0), self.asn)

    def add_to(self, network: Network) -> Network:
        """The network with the sessions, and with the peer unless the network knows it: none twice."""
        return PeerPort.add_all([self], network)

    @staticmethod
    def add_all(peers: Iterable[PeerPort], network: Network) -> Network:
        """The network with the sessions of many ports, as :meth:`add_to` does it for one. Looks at what the network already
        has once, not once for each session.
        """
        given = [(_fields(peer.port, "asn"), _fields(peer.network, *_TAKEN), said(peer.sessions)) for peer in peers]
        added = _native.add_peers(network.__native__, given)
        return changed(network, added)


#: What of a network's record a model takes over.
_TAKEN = ("name", "irr_as_set", "info_prefixes4", "info_prefixes6")


def _fields(record: Object | None, *names: str) -> dict[str, Any] | None:
    """Those fields of a record: the others need not cross over."""
    return None if record is None else {name: getattr(record, name) for name in ("id", *names)}


class ExchangePeers(NamedTuple):
    """An exchange of ours with the ports there with which we could have sessions and do not.

    >>> from peering.table import Table
    >>> exchange = InternetExchange(slug="ix", name="IX")
    >>> ExchangePeers(exchange, Table.of(PeerPort, [])).exchange.slug
    'ix'
    """

    #: The exchange, as it stands in our network.
    exchange: InternetExchange
    #: The ports, by AS number; none where there is nobody left.
    peers: Table[PeerPort]


@record()
class PossibleSession(Record):
    """A session that two networks could have, by PeeringDB's records alone.

    >>> PossibleSession(ours=1, family=4, our_address="192.0.2.1", their_address="192.0.2.2").family
    <Family.IPV4: 4>
    """

    #: Our port (``netixlan.id``).
    ours: int
    #: The family.
    family: Family
    #: Our address; ``None`` only by Peering Manager's rules, which do not look.
    our_address: Address | None
    #: Their address.
    their_address: Address


@record()
class PossiblePort(Record):
    """A port of another network on a peering LAN where we have a port too, by PeeringDB's records alone.

    >>> PossiblePort(theirs=NetIxLan(id=7)).sessions
    ()
    """

    #: Their port.
    theirs: NetIxLan
    #: The sessions between it and our ports on that LAN.
    sessions: tuple[PossibleSession, ...] = ()


class ExchangeMeasure(Enum):
    """By what exchanges are compared.

    >>> ExchangeMeasure("ports") is ExchangeMeasure.PORTS
    True
    """

    #: Their members.
    NETWORKS = "networks"
    #: The members' ports.
    PORTS = "ports"
    #: The sum of the ports' speeds.
    CAPACITY = "capacity"


class NetworkMeasure(Enum):
    """By what networks are compared.

    >>> NetworkMeasure("exchanges") is NetworkMeasure.EXCHANGES
    True
    """

    #: The exchanges where they are.
    EXCHANGES = "exchanges"
    #: Their ports.
    PORTS = "ports"
    #: The facilities where they are.
    FACILITIES = "facilities"
    #: The sum of the ports' speeds.
    CAPACITY = "capacity"


@record()
class ExchangeSize(Record):
    """An exchange in numbers.

    Every live port counts, operational or not: a port that is down today is still capacity that was bought.

    >>> ExchangeSize(ix=26, exchange=None, networks=2, ports=3, capacity=30_000).ports
    3
    """

    #: PeeringDB's number of it (``ix.id``).
    ix: int
    #: Its record, if the mirror has it.
    exchange: Ix | None
    #: Its members: different networks (``netixlan.net_id``) with a port there.
    networks: int
    #: Their ports (``netixlan``).
    ports: int
    #: The sum of their speeds (``netixlan.speed``), in Mbit/s. Ports with an unknown speed (0, or none) add nothing.
    capacity: int


@record()
class NetworkSize(Record):
    """A network in numbers. Every live port counts, as for :class:`ExchangeSize`.

    >>> NetworkSize(net=1, network=None, exchanges=2, ports=3, facilities=1, capacity=30_000).exchanges
    2
    """

    #: PeeringDB's number of it (``net.id``), which is not its AS number.
    net: int
    #: Its record, if the mirror has it.
    network: Net | None
    #: Different exchanges (``netixlan.ix_id``) where it has a port.
    exchanges: int
    #: Its ports (``netixlan``).
    ports: int
    #: Different facilities (``netfac.fac_id``) where it is present.
    facilities: int
    #: The sum of its ports' speeds (``netixlan.speed``), in Mbit/s.
    capacity: int


@record()
class Place(Record):
    """A place on Earth, in degrees north (-90 to 90) and east (-180 to 180).

    >>> amsterdam, frankfurt = Place(latitude=52.37, longitude=4.90), Place(latitude=50.11, longitude=8.68)
    >>> round(amsterdam.distance(frankfurt))
    364
    """

    #: Degrees north.
    latitude: float
    #: Degrees east.
    longitude: float

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        self.distance(self)

    @classmethod
    def of(cls, facility: Fac) -> Place | None:
        """Where a facility is. ``None`` if its record has no coordinates, or impossible ones."""
        latitude, longitude = facility.latitude, facility.longitude
        if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return cls(latitude=latitude, longitude=longitude)

    def distance(self, other: Place) -> float:
        """The way along the surface in kilometres: the great circle on a sphere of the mean radius, 6371.0088 km (haversine
        formula). The Earth is no sphere, so up to 0.6 % off.
        """
        here, there = (self.latitude, self.longitude), (other.latitude, other.longitude)
        return _native.place_distance(here, there)


@record()
class FacilityDistance(Record):
    """A facility and how far it is.

    >>> FacilityDistance(facility=Fac(id=34), kilometres=1.5).kilometres
    1.5
    """

    #: The facility.
    facility: Fac
    #: The distance in kilometres, as :meth:`Place.distance` gives it.
    kilometres: float


@record(tag="no-prefix")
class NoPrefix(Record):
    """The mirror has no prefix of the peering LAN that holds the address, so the prefix's length is not known and the
    address was left out.

    >>> NoPrefix(netixlan=1, ixlan=7, address="192.0.2.1", text="…").ixlan
    7
    """

    #: The port (``netixlan.id``).
    netixlan: int
    #: The peering LAN (``ixlan.id``).
    ixlan: int
    #: The address left out.
    address: Address
    #: This in words.
    text: str

    def __str__(self) -> str:
        return self.text


@record(tag="no-address")
class NoAddress(Record):
    """The port has no address that could be taken over, so there is no connection for it.

    >>> str(NoAddress(netixlan=1, text="netixlan 1: no connection"))
    'netixlan 1: no connection'
    """

    #: The port (``netixlan.id``).
    netixlan: int
    #: This in words.
    text: str

    def __str__(self) -> str:
        return self.text


@record(tag="address-differs")
class AddressDiffers(Record):
    """An existing connection has another address than its record; the connection was left as it is.

    >>> AddressDiffers(connection="ix-1", ours="192.0.2.1", record=None, text="…").record is None
    True
    """

    #: The connection's name.
    connection: str
    #: What the connection says, if anything.
    ours: Address | None
    #: What PeeringDB says, if anything.
    record: Address | None
    #: This in words.
    text: str

    def __str__(self) -> str:
        return self.text


@record(tag="no-record")
class NoRecord(Record):
    """A record is not in the mirror; names fall back to numbers.

    >>> NoRecord(object="net", id=64500, text="…").object
    <ObjectType.NET: 'net'>
    """

    #: Its type.
    object: ObjectType
    #: Its number, or the AS number of a network.
    id: int
    #: This in words.
    text: str

    def __str__(self) -> str:
        return self.text


#: Something that an import left as it was, and why.
ImportNote: TypeAlias = NoPrefix | NoAddress | AddressDiffers | NoRecord


@record()
class ImportReport(Record):
    """What an import did and what it could not do. An import that is repeated adds and links nothing.

    >>> ImportReport(exchanges_added=["ix-1-as64500"]).changed
    True
    """

    #: Slugs of the exchanges added.
    exchanges_added: tuple[str, ...] = ()
    #: Names of the connections added.
    connections_added: tuple[str, ...] = ()
    #: Names of connections that existed and are now linked to their record.
    connections_linked: tuple[str, ...] = ()
    #: What the mirror lacks or says otherwise.
    notes: tuple[ImportNote, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the network is another one than before."""
        return bool(self.exchanges_added or self.connections_added or self.connections_linked)
