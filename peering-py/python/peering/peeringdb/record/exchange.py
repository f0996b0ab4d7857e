"""Internet exchanges, their peering LANs and the connections to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from peering._record import Prefix, record
from peering.peeringdb.record.object import Object, ObjectType
from peering.peeringdb.record.values import (
    ImportStatus,
    Protocol,
    Region,
    ServiceLevel,
    SocialMedia,
    Status,
    Terms,
    Visibility,
)

__all__ = ["Ix", "IxFac", "IxLan", "IxPfx", "NetIxLan"]


@record()
class Ix(Object):
    """An internet exchange.

    >>> Ix(id=1, name="Example IX").name
    'Example IX'
    """

    OBJECT = ObjectType.IX

    #: Number of the object, unique among its type.
    id: int
    #: The organisation.
    org_id: int | None = None
    #: Name, unique among living exchanges.
    name: str | None = None
    #: Other name; may be empty.
    aka: str | None = None
    #: Long name; may be empty.
    name_long: str | None = None
    #: City.
    city: str | None = None
    #: Country, two letters (ISO 3166-1).
    country: str | None = None
    #: Part of the world.
    region_continent: Region | str | None = None
    #: Always ``Ethernet``.
    media: str | None = None
    #: Free text.
    notes: str | None = None
    #: Whether there is a LAN with an IPv4 or IPv6 prefix (derived by the server).
    proto_unicast: bool | None = None
    #: Whether multicast is carried.
    proto_multicast: bool | None = None
    #: Whether there is a LAN with an IPv6 prefix (derived by the server).
    proto_ipv6: bool | None = None
    #: Web site.
    website: str | None = None
    #: Accounts on social networks.
    social_media: tuple[SocialMedia, ...] | None = None
    #: Address of the traffic statistics; may be empty.
    url_stats: str | None = None
    #: Address of the technical desk.
    tech_email: str | None = None
    #: Number of the technical desk; may be empty.
    tech_phone: str | None = None
    #: Address for policy questions; may be empty.
    policy_email: str | None = None
    #: Number for policy questions; may be empty.
    policy_phone: str | None = None
    #: Number of the sales desk; may be empty.
    sales_phone: str | None = None
    #: Address of the sales desk; may be empty.
    sales_email: str | None = None
    #: Number of networks, as counted by the server.
    net_count: int | None = None
    #: Number of facilities, as counted by the server.
    fac_count: int | None = None
    #: Number of networks in the exchange's own member list.
    ixf_net_count: int | None = None
    #: When the member list was last imported; may be ``None``.
    ixf_last_import: datetime | None = None
    #: When an import was last asked for; may be ``None``.
    ixf_import_request: datetime | None = None
    #: Where that import stands.
    ixf_import_request_status: ImportStatus | str | None = None
    #: Support on offer.
    service_level: ServiceLevel | str | None = None
    #: Commercial terms.
    terms: Terms | str | None = None
    #: Address of the status page; may be ``None``.
    status_dashboard: str | None = None
    #: Address of the logo; may be ``None``.
    logo: str | None = None
    #: When the object was created.
    created: datetime | None = None
    #: When the object was last changed, to the second.
    updated: datetime | None = None
    #: Whether the object is in use.
    status: Status | str | None = None
    #: Fields that this version does not know, as the server sent them; nested objects of a depth above 0.
    extra: Mapping[str, Any] = field(default_factory=dict)
    #: What the server sent for fields that hold ``None`` because it had an unexpected form.
    kept: Mapping[str, Any] = field(default_factory=dict)


@record()
class IxLan(Object):
    """A peering LAN of an exchange. An exchange has one, with the exchange's own number, in all known data.

    >>> IxLan(id=1, ix_id=1).ix_id
    1
    """

    OBJECT = ObjectType.IXLAN

    #: Number of the object, unique among its type.
    id: int
    #: The exchange.
    ix_id: int | None = None
    #: Name; usually empty.
    name: str | None = None
    #: Description; usually empty.
    descr: str | None = None
    #: Maximum transmission unit in bytes; ``None`` in old data.
    mtu: int | None = None
    #: Whether 802.1Q tags are supported; always false.
    dot1q_support: bool | None = None
    #: AS number of the route servers; ``None`` or 0 where there is none.
    rs_asn: int | None = None
    #: Hardware address of the ARP sponge; may be ``None``.
    arp_sponge: str | None = None
    #: Address of the member list (IX-F); absent unless the caller may see it, may be ``None``.
    ixf_ixp_member_list_url: str | None = None
    #: Who may see that address.
    ixf_ixp_member_list_url_visible: Visibility | str | None = None
    #: Whether the server imports that member list.
    ixf_ixp_import_enabled: bool | None = None
    #: When the object was created.
    created: datetime | None = None
    #: When the object was last changed, to the second.
    updated: datetime | None = None
    #: Whether the object is in use.
    status: Status | str | None = None
    #: Fields that this version does not know, as the server sent them; nested objects of a depth above 0.
    extra: Mapping[str, Any] = field(default_factory=dict)
    #: What the server sent for fields that hold ``None`` because it had an unexpected form.
    kept: Mapping[str, Any] = field(default_factory=dict)


@record()
class IxPfx(Object):
    """A prefix of a peering LAN.

    >>> IxPfx(id=1, protocol="IPv4", prefix="192.0.2.0/24").prefix
    IPv4Network('192.0.2.0/24')
    """

    OBJECT = ObjectType.IXPFX

    #: Number of the object, unique among its type.
    id: int
    #: The peering LAN.
    ixlan_id: int | None = None
    #: The address family.
    protocol: Protocol | str | None = None
    #: The prefix.
    prefix: Prefix | None = None
    #: Whether the prefix is announced to the internet.
    in_dfz: bool | None = None
    #: When the object was created.
    created: datetime | None = None
    #: When the object was last changed, to the second.
    updated: datetime | None = None
    #: Whether the object is in use.
    status: Status | str | None = None
    #: Fields that this version does not know, as the server sent them; nested objects of a depth above 0.
    extra: Mapping[str, Any] = field(default_factory=dict)
    #: What the server sent for fields that hold ``None`` because it had an unexpected form.
    kept: Mapping[str, Any] = field(default_factory=dict)


@record()
class IxFac(Object):
    """Presence of an exchange in a facility.

    >>> IxFac(id=1, ix_id=1, fac_id=2).fac_id
    2
    """

    OBJECT = ObjectType.IXFAC

    #: Number of the object, unique among its type.
    id: int
    #: The facility's name.
    name: str | None = None
    #: The facility's city.
    city: str | None = None
    #: The facility's country, two letters.
    country: str | None = None
    #: The exchange.
    ix_id: int | None = None
    #: The facility.
    fac_id: int | None = None
    #: When the object was created.
    created: datetime | None = None
    #: When the object was last changed, to the second.
    updated: datetime | None = None
    #: Whether the object is in use.
    status: Status | str | None = None
    #: Fields that this version does not know, as the server sent them; nested objects of a depth above 0.
    extra: Mapping[str, Any] = field(default_factory=dict)
    #: What the server sent for fields that hold ``None`` because it had an unexpected form.
    kept: Mapping[str, Any] = field(default_factory=dict)


@record()
class NetIxLan(Object):
    """A connection of a network to a peering LAN: one router port with its addresses.

    >>> NetIxLan(id=1, net_id=1, asn=64500, speed=10000, ipaddr4="192.0.2.1").ipaddr4
    IPv4Address('192.0.2.1')
    """

    OBJECT = ObjectType.NETIXLAN

    #: Number of the object, unique among its type.
    id: int
    #: The network.
    net_id: int | None = None
    #: The exchange.
    ix_id: int | None = None
    #: The exchange's name.
    name: str | None = None
    #: The peering LAN.
    ixlan_id: int | None = None
    #: Free text.
    notes: str | None = None
    #: Speed of the port in Mbit/s; 0 occurs and means unknown.
    speed: int | None = None
    #: The AS number used there.
    asn: int | None = None
    #: IPv4 address; ``None`` if there is none.
    ipaddr4: IPv4Address | None = None
    #: IPv6 address; ``None`` if there is none.
    ipaddr6: IPv6Address | None = None
    #: Whether the network peers with the route servers there.
    is_rs_peer: bool | None = None
    #: Whether the network speaks BFD (RFC 5880) there.
    bfd_support: bool | None = None
    #: Whether the port passes traffic; ask :meth:`is_operational`.
    operational: bool | None = None
    #: The facility in which the network's end is; may be ``None``.
    net_side_id: int | None = None
    #: The facility in which the exchange's end is; may be ``None``.
    ix_side_id: int | None = None
    #: When the object was created.
    created: datetime | None = None
    #: When the object was last changed, to the second.
    updated: datetime | None = None
    #: Whether the object is in use.
    status: Status | str | None = None
    #: Fields that this version does not know, as the server sent them; nested objects of a depth above 0.
    extra: Mapping[str, Any] = field(default_factory=dict)
    #: What the server sent for fields that hold ``None`` because it had an unexpected form.
    kept: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_operational(self) -> bool:
        """Whether the port passes traffic: ``operational`` is not false and the status is not ``not-operational``."""
        return self.operational is not False and self.status is not Status.NOT_OPERATIONAL
