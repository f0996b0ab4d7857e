"""The resources of peeringdb-py: names for PeeringDB's types of objects.

>>> Network.tag, Network
('net', Network)
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "RESOURCES_BY_TAG",
    "Campus",
    "Carrier",
    "CarrierFacility",
    "Facility",
    "InternetExchange",
    "InternetExchangeFacility",
    "InternetExchangeLan",
    "InternetExchangeLanPrefix",
    "Network",
    "NetworkContact",
    "NetworkFacility",
    "NetworkIXLan",
    "Organization",
    "Resource",
    "all_resources",
    "get_resource",
    "is_resource_tag",
]


class _Named(type):
    def __repr__(cls) -> str:
        return cls.__name__


class Resource(metaclass=_Named):
    """What all resources have.

    >>> issubclass(Network, Resource)
    True
    """

    #: PeeringDB's tag.
    tag: ClassVar[str]


class Organization(Resource):
    """Organisations.

    >>> Organization.tag
    'org'
    """

    tag = "org"


class Campus(Resource):
    """Campuses.

    >>> Campus.tag
    'campus'
    """

    tag = "campus"


class Facility(Resource):
    """Facilities.

    >>> Facility.tag
    'fac'
    """

    tag = "fac"


class Network(Resource):
    """Networks.

    >>> Network.tag
    'net'
    """

    tag = "net"


class InternetExchange(Resource):
    """Exchanges.

    >>> InternetExchange.tag
    'ix'
    """

    tag = "ix"


class Carrier(Resource):
    """Carriers.

    >>> Carrier.tag
    'carrier'
    """

    tag = "carrier"


class CarrierFacility(Resource):
    """Presence of carriers in facilities.

    >>> CarrierFacility.tag
    'carrierfac'
    """

    tag = "carrierfac"


class InternetExchangeFacility(Resource):
    """Presence of exchanges in facilities.

    >>> InternetExchangeFacility.tag
    'ixfac'
    """

    tag = "ixfac"


class InternetExchangeLan(Resource):
    """Peering LANs.

    >>> InternetExchangeLan.tag
    'ixlan'
    """

    tag = "ixlan"


class InternetExchangeLanPrefix(Resource):
    """Prefixes of peering LANs.

    >>> InternetExchangeLanPrefix.tag
    'ixpfx'
    """

    tag = "ixpfx"


class NetworkFacility(Resource):
    """Presence of networks in facilities.

    >>> NetworkFacility.tag
    'netfac'
    """

    tag = "netfac"


class NetworkIXLan(Resource):
    """Connections of networks to peering LANs.

    >>> NetworkIXLan.tag
    'netixlan'
    """

    tag = "netixlan"


class NetworkContact(Resource):
    """Contacts of networks.

    >>> NetworkContact.tag
    'poc'
    """

    tag = "poc"


#: The resources by their tags; parents come before what refers to them.
RESOURCES_BY_TAG: dict[str, type[Resource]] = {
    resource.tag: resource
    for resource in (
        Organization,
        Campus,
        Facility,
        Network,
        InternetExchange,
        Carrier,
        CarrierFacility,
        InternetExchangeFacility,
        InternetExchangeLan,
        InternetExchangeLanPrefix,
        NetworkFacility,
        NetworkIXLan,
        NetworkContact,
    )
}


def is_resource_tag(tag: str) -> bool:
    """Whether there is such a resource.

    >>> is_resource_tag("net"), is_resource_tag("network")
    (True, False)
    """
    return tag in RESOURCES_BY_TAG


def get_resource(tag: str) -> type[Resource]:
    """The resource with this tag.

    >>> get_resource("ix")
    InternetExchange
    """
    return RESOURCES_BY_TAG[tag]


def all_resources() -> list[type[Resource]]:
    """All resources.

    >>> len(all_resources())
    13
    """
    return list(RESOURCES_BY_TAG.values())
