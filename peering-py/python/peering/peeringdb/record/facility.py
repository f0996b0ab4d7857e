"""Facilities and the carriers in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from peering._record import record
from peering.peeringdb.record.object import Object, ObjectType
from peering.peeringdb.record.values import (
    Property,
    Region,
    SocialMedia,
    Status,
    Voltage,
)

__all__ = ["Carrier", "CarrierFac", "Fac"]


@record()
class Fac(Object):
    """A facility: a building in which networks and exchanges are present.

    >>> Fac(id=1, name="Example DC", latitude=52.5).latitude
    52.5
    """

    OBJECT = ObjectType.FAC

    #: Number of the object, unique among its type.
    id: int
    #: The organisation.
    org_id: int | None = None
    #: The organisation's name.
    org_name: str | None = None
    #: The campus; ``None`` if the facility belongs to none.
    campus_id: int | None = None
    #: Name, unique among living facilities.
    name: str | None = None
    #: Other name; may be empty.
    aka: str | None = None
    #: Long name; may be empty.
    name_long: str | None = None
    #: Web site.
    website: str | None = None
    #: Accounts on social networks.
    social_media: tuple[SocialMedia, ...] | None = None
    #: Common Language Location Identifier; may be empty.
    clli: str | None = None
    #: No longer used, always empty.
    rencode: str | None = None
    #: North American area code and exchange; may be empty.
    npanxx: str | None = None
    #: Free text.
    notes: str | None = None
    #: Number of networks present, as counted by the server.
    net_count: int | None = None
    #: Number of exchanges present, as counted by the server.
    ix_count: int | None = None
    #: Number of carriers present, as counted by the server.
    carrier_count: int | None = None
    #: Address of the sales desk; may be empty.
    sales_email: str | None = None
    #: Number of the sales desk; may be empty.
    sales_phone: str | None = None
    #: Address of the technical desk; may be empty.
    tech_email: str | None = None
    #: Number of the technical desk; may be empty.
    tech_phone: str | None = None
    #: Electricity supplies on offer.
    available_voltage_services: tuple[Voltage | str, ...] | None = None
    #: Whether the substations are fed independently; may be ``None``.
    diverse_serving_substations: bool | None = None
    #: Whether the building belongs to its operator; may be ``None``.
    property: Property | str | None = None
    #: Part of the world; may be ``None``.
    region_continent: Region | str | None = None
    #: Address of the status page; may be ``None``.
    status_dashboard: str | None = None
    #: Address of the logo; may be ``None``.
    logo: str | None = None
    #: Street and number.
    address1: str | None = None
    #: Second line of the address.
    address2: str | None = None
    #: City.
    city: str | None = None
    #: Country, two letters (ISO 3166-1), or empty.
    country: str | None = None
    #: State or province.
    state: str | None = None
    #: Postal code.
    zipcode: str | None = None
    #: Floor.
    floor: str | None = None
    #: Suite.
    suite: str | None = None
    #: Degrees north; may be ``None``.
    latitude: float | None = None
    #: Degrees east; may be ``None``.
    longitude: float | None = None
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
class Carrier(Object):
    """A carrier: a seller of connectivity between facilities.

    >>> Carrier(id=1, name="Example Carrier").name
    'Example Carrier'
    """

    OBJECT = ObjectType.CARRIER

    #: Number of the object, unique among its type.
    id: int
    #: The organisation.
    org_id: int | None = None
    #: The organisation's name.
    org_name: str | None = None
    #: Name, unique among living carriers.
    name: str | None = None
    #: Other name; may be empty.
    aka: str | None = None
    #: Long name; may be empty.
    name_long: str | None = None
    #: Web site.
    website: str | None = None
    #: Accounts on social networks.
    social_media: tuple[SocialMedia, ...] | None = None
    #: Free text.
    notes: str | None = None
    #: Number of facilities, as counted by the server.
    fac_count: int | None = None
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
class CarrierFac(Object):
    """Presence of a carrier in a facility.

    >>> CarrierFac(id=1, carrier_id=1, fac_id=2).carrier_id
    1
    """

    OBJECT = ObjectType.CARRIERFAC

    #: Number of the object, unique among its type.
    id: int
    #: The facility's name.
    name: str | None = None
    #: The carrier.
    carrier_id: int | None = None
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
