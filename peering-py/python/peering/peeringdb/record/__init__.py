"""PeeringDB's objects as records, one class for each type, named by PeeringDB's own tag.

Fields have PeeringDB's names. Addresses, prefixes and times are typed, words are members of an enumeration, or text where
PeeringDB has a new one. What this version does not know is in ``extra``, what a field cannot hold is in ``kept``.
"""

from __future__ import annotations

from peering.peeringdb.record.exchange import Ix, IxFac, IxLan, IxPfx, NetIxLan
from peering.peeringdb.record.facility import Carrier, CarrierFac, Fac
from peering.peeringdb.record.network import AsSet, Net, NetFac, Poc
from peering.peeringdb.record.object import Object, ObjectType
from peering.peeringdb.record.organization import Campus, Org
from peering.peeringdb.record.values import (
    ContractPolicy,
    ImportStatus,
    LocationPolicy,
    NetType,
    PeeringPolicy,
    PocRole,
    Property,
    Protocol,
    Ratio,
    Region,
    Scope,
    ServiceLevel,
    SocialMedia,
    Status,
    Terms,
    Traffic,
    Visibility,
    Voltage,
)

__all__ = [
    "AsSet",
    "Campus",
    "Carrier",
    "CarrierFac",
    "ContractPolicy",
    "Fac",
    "ImportStatus",
    "Ix",
    "IxFac",
    "IxLan",
    "IxPfx",
    "LocationPolicy",
    "Net",
    "NetFac",
    "NetIxLan",
    "NetType",
    "Object",
    "ObjectType",
    "Org",
    "PeeringPolicy",
    "Poc",
    "PocRole",
    "Property",
    "Protocol",
    "Ratio",
    "Region",
    "Scope",
    "ServiceLevel",
    "SocialMedia",
    "Status",
    "Terms",
    "Traffic",
    "Visibility",
    "Voltage",
    "of_type",
]

_BY_TYPE: dict[ObjectType, type[Object]] = {
    cls.OBJECT: cls
    for cls in (Org, Campus, Fac, Net, Ix, Carrier, CarrierFac, IxFac, IxLan, IxPfx, NetFac, NetIxLan, Poc)
}


def of_type(object_type: ObjectType | str) -> type[Object]:
    """The record class of a type, or of its tag.

    >>> of_type("net")
    <class 'peering.peeringdb.record.network.Net'>
    """
    return _BY_TYPE[ObjectType(object_type)]
