"""Organisations and campuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from peering._record import record
from peering.peeringdb.record.object import Object, ObjectType
from peering.peeringdb.record.values import (
    SocialMedia,
    Status,
)

__all__ = ["Campus", "Org"]


@record()
class Org(Object):
    """An organisation, which owns networks, exchanges, facilities, carriers and campuses.

    >>> Org(id=1, name="Example Org").name
    'Example Org'
    """

    OBJECT = ObjectType.ORG

    #: Number of the object, unique among its type.
    id: int
    #: Name, unique among living organisations.
    name: str | None = None
    #: Other name; may be empty.
    aka: str | None = None
    #: Long name; may be empty.
    name_long: str | None = None
    #: Web site; may be empty.
    website: str | None = None
    #: Accounts on social networks.
    social_media: tuple[SocialMedia, ...] | None = None
    #: Free text.
    notes: str | None = None
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
class Campus(Object):
    """A campus: facilities of one organisation that are close to each other.

    >>> Campus(id=1, name="Example Campus", org_id=1).org_id
    1
    """

    OBJECT = ObjectType.CAMPUS

    #: Number of the object, unique among its type.
    id: int
    #: The organisation.
    org_id: int | None = None
    #: The organisation's name.
    org_name: str | None = None
    #: Name, unique among living campuses.
    name: str | None = None
    #: Long name; may be ``None``.
    name_long: str | None = None
    #: Free text.
    notes: str | None = None
    #: Other name; may be ``None``.
    aka: str | None = None
    #: Web site.
    website: str | None = None
    #: Accounts on social networks.
    social_media: tuple[SocialMedia, ...] | None = None
    #: Country of the first facility, two letters, or empty.
    country: str | None = None
    #: City of the first facility.
    city: str | None = None
    #: Postal code of the first facility.
    zipcode: str | None = None
    #: State of the first facility.
    state: str | None = None
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
