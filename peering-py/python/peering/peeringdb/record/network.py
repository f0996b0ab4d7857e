"""Networks, their contacts and their presence in facilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from peering._record import Record, record
from peering.peeringdb.record.object import Object, ObjectType
from peering.peeringdb.record.values import (
    ContractPolicy,
    LocationPolicy,
    NetType,
    PeeringPolicy,
    PocRole,
    Ratio,
    Scope,
    SocialMedia,
    Status,
    Traffic,
    Visibility,
)

__all__ = ["AsSet", "Net", "NetFac", "Poc"]


@record()
class Net(Object):
    """A network: one AS number with what its operator says about it.

    >>> Net(id=1, asn=64500, name="Example Net").asn
    64500
    """

    OBJECT = ObjectType.NET

    #: Number of the object, unique among its type.
    id: int
    #: The organisation.
    org_id: int | None = None
    #: Name, unique among living networks.
    name: str | None = None
    #: Other name; may be empty.
    aka: str | None = None
    #: Long name; may be empty.
    name_long: str | None = None
    #: Web site; the server fills an empty one from the organisation.
    website: str | None = None
    #: Accounts on social networks.
    social_media: tuple[SocialMedia, ...] | None = None
    #: The AS number, unique among living networks.
    asn: int | None = None
    #: Address of the looking glass; may be empty.
    looking_glass: str | None = None
    #: Address of the route server (a public view, not one of an exchange); may be empty.
    route_server: str | None = None
    #: AS-SET or route-set, in any of the usual spellings, or empty. Attacker-controlled text.
    irr_as_set: str | None = None
    #: The first of ``info_types``, for old clients.
    info_type: NetType | str | None = None
    #: What the network does.
    info_types: tuple[NetType | str, ...] | None = None
    #: Advised limit of IPv4 prefixes; may be ``None``.
    info_prefixes4: int | None = None
    #: Advised limit of IPv6 prefixes; may be ``None``.
    info_prefixes6: int | None = None
    #: Traffic level.
    info_traffic: Traffic | str | None = None
    #: Which way the traffic flows.
    info_ratio: Ratio | str | None = None
    #: Where the network operates.
    info_scope: Scope | str | None = None
    #: Whether it speaks IPv4 or IPv6 unicast.
    info_unicast: bool | None = None
    #: Whether it speaks multicast.
    info_multicast: bool | None = None
    #: Whether it speaks IPv6.
    info_ipv6: bool | None = None
    #: Whether its routes must never be taken from a route server.
    info_never_via_route_servers: bool | None = None
    #: Number of exchanges, as counted by the server.
    ix_count: int | None = None
    #: Number of facilities, as counted by the server.
    fac_count: int | None = None
    #: Free text.
    notes: str | None = None
    #: When its connections last changed; may be ``None``.
    netixlan_updated: datetime | None = None
    #: When its facilities last changed; may be ``None``.
    netfac_updated: datetime | None = None
    #: When its contacts last changed; may be ``None``.
    poc_updated: datetime | None = None
    #: Address of the peering policy; may be empty.
    policy_url: str | None = None
    #: General peering policy.
    policy_general: PeeringPolicy | str | None = None
    #: Whether it asks for several locations.
    policy_locations: LocationPolicy | str | None = None
    #: Whether it asks for a balance of traffic.
    policy_ratio: bool | None = None
    #: Whether it asks for a contract.
    policy_contracts: ContractPolicy | str | None = None
    #: Whether exchanges may update its connections.
    allow_ixp_update: bool | None = None
    #: Fields that exchanges may not update (since server 2.80).
    ixp_update_exclude: tuple[str, ...] | None = None
    #: Address of the status page; may be ``None``.
    status_dashboard: str | None = None
    #: What the regional registry says about the AS number; may be ``None``.
    rir_status: str | None = None
    #: When ``rir_status`` last changed; may be ``None``.
    rir_status_updated: datetime | None = None
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
class NetFac(Object):
    """Presence of a network in a facility.

    >>> NetFac(id=1, net_id=1, fac_id=2).fac_id
    2
    """

    OBJECT = ObjectType.NETFAC

    #: Number of the object, unique among its type.
    id: int
    #: The facility's name.
    name: str | None = None
    #: The facility's city.
    city: str | None = None
    #: The facility's country, two letters.
    country: str | None = None
    #: The network.
    net_id: int | None = None
    #: The facility.
    fac_id: int | None = None
    #: The AS number used there.
    local_asn: int | None = None
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
class Poc(Object):
    """A contact of a network.

    >>> Poc(id=1, role="NOC").role
    <PocRole.NOC: 'NOC'>
    """

    OBJECT = ObjectType.POC

    #: Number of the object, unique among its type.
    id: int
    #: The network.
    net_id: int | None = None
    #: What the contact is for.
    role: PocRole | str | None = None
    #: Who may see the contact.
    visible: Visibility | str | None = None
    #: Name of the person or desk; may be empty.
    name: str | None = None
    #: Telephone number; may be empty.
    phone: str | None = None
    #: Mail address; may be empty.
    email: str | None = None
    #: Web page; may be empty.
    url: str | None = None
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
class AsSet(Record):
    """The AS-SET of a network, as the server's ``as_set`` answers it. Asked for online only, never cached.

    >>> AsSet(asn=64500, irr_as_set="AS-EXAMPLE").irr_as_set
    'AS-EXAMPLE'
    """

    #: The network's AS number.
    asn: int
    #: The network's ``irr_as_set``; may be empty.
    irr_as_set: str
