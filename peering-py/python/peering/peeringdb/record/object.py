"""The types of objects, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from peering._record import Record
from peering.peeringdb.record.values import Status

__all__ = ["Object", "ObjectType"]


class ObjectType(Enum):
    """The types of objects that PeeringDB synchronises, by its tags. Parents come before the objects that refer to them.

    >>> ObjectType("netixlan") is ObjectType.NETIXLAN
    True
    """

    #: Organisations, which own everything else.
    ORG = "org"
    #: Campuses: groups of facilities.
    CAMPUS = "campus"
    #: Facilities: buildings in which networks and exchanges are present.
    FAC = "fac"
    #: Networks, one per AS number.
    NET = "net"
    #: Internet exchanges.
    IX = "ix"
    #: Carriers: sellers of connectivity between facilities.
    CARRIER = "carrier"
    #: Presence of a carrier in a facility.
    CARRIERFAC = "carrierfac"
    #: Presence of an exchange in a facility.
    IXFAC = "ixfac"
    #: Peering LANs of exchanges.
    IXLAN = "ixlan"
    #: Prefixes of peering LANs.
    IXPFX = "ixpfx"
    #: Presence of a network in a facility.
    NETFAC = "netfac"
    #: Connections of networks to peering LANs.
    NETIXLAN = "netixlan"
    #: Contacts of networks.
    POC = "poc"


class Object(Record):
    """What all records of PeeringDB have. Every field but ``id`` may be ``None``: servers and projections leave things out.

    >>> from peering.peeringdb import Net
    >>> Net(id=1, status="deleted").is_live
    False
    """

    __slots__ = ()

    #: The type of the object.
    OBJECT: ClassVar[ObjectType]

    id: int
    created: datetime | None
    updated: datetime | None
    status: Status | str | None
    extra: Mapping[str, Any]
    kept: Mapping[str, Any]

    @property
    def is_live(self) -> bool:
        """Whether the object exists: neither deleted nor pending. An unknown status counts as existing."""
        return not isinstance(self.status, Status) or self.status.is_live
