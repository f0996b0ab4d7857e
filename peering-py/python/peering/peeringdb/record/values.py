"""The words that fields can hold. A field keeps a word that has no name here as text: PeeringDB adds words between releases."""

from __future__ import annotations

from enum import Enum

from peering._record import Record, record

__all__ = [
    "ContractPolicy",
    "ImportStatus",
    "LocationPolicy",
    "NetType",
    "PeeringPolicy",
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
]


class Status(Enum):
    """Whether an object is in use.

    >>> Status("ok").name
    'OK'
    """

    #: In use.
    OK = "ok"
    #: Not yet in use, e.g. a campus with fewer than two facilities.
    PENDING = "pending"
    #: Deleted: a tombstone, which only ``since`` answers contain.
    DELETED = "deleted"
    #: In use, but not passing traffic (connections to exchanges, since server 2.83).
    NOT_OPERATIONAL = "not-operational"

    @property
    def is_live(self) -> bool:
        """Whether the object exists: neither deleted nor pending."""
        return self not in (Status.DELETED, Status.PENDING)


class NetType(Enum):
    """What a network does (``info_types``).

    >>> NetType("NSP").name
    'NSP'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Network service provider.
    NSP = "NSP"
    #: Content.
    CONTENT = "Content"
    #: Access network.
    ACCESS = "Cable/DSL/ISP"
    #: Enterprise.
    ENTERPRISE = "Enterprise"
    #: Education and research.
    EDUCATIONAL = "Educational/Research"
    #: Non-profit.
    NON_PROFIT = "Non-Profit"
    #: Route server of an exchange.
    ROUTE_SERVER = "Route Server"
    #: Network services such as DNS.
    NETWORK_SERVICES = "Network Services"
    #: Route collector.
    ROUTE_COLLECTOR = "Route Collector"
    #: Government.
    GOVERNMENT = "Government"
    #: Not disclosed (older servers).
    NOT_DISCLOSED = "Not Disclosed"


class Traffic(Enum):
    """A network's traffic level, in bands (``info_traffic``).

    >>> Traffic("0-20Mbps").name
    'TO_20M'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Up to 20 Mbit/s.
    TO_20M = "0-20Mbps"
    #: 20 to 100 Mbit/s.
    TO_100M = "20-100Mbps"
    #: 100 to 1000 Mbit/s.
    TO_1G = "100-1000Mbps"
    #: 1 to 5 Gbit/s.
    TO_5G = "1-5Gbps"
    #: 5 to 10 Gbit/s.
    TO_10G = "5-10Gbps"
    #: 10 to 20 Gbit/s.
    TO_20G = "10-20Gbps"
    #: 20 to 50 Gbit/s.
    TO_50G = "20-50Gbps"
    #: 50 to 100 Gbit/s.
    TO_100G = "50-100Gbps"
    #: 100 to 200 Gbit/s.
    TO_200G = "100-200Gbps"
    #: 200 to 300 Gbit/s.
    TO_300G = "200-300Gbps"
    #: 300 to 500 Gbit/s.
    TO_500G = "300-500Gbps"
    #: 500 to 1000 Gbit/s.
    TO_1T = "500-1000Gbps"
    #: 1 to 5 Tbit/s.
    TO_5T = "1-5Tbps"
    #: 5 to 10 Tbit/s.
    TO_10T = "5-10Tbps"
    #: 10 to 20 Tbit/s.
    TO_20T = "10-20Tbps"
    #: 20 to 50 Tbit/s.
    TO_50T = "20-50Tbps"
    #: 50 to 100 Tbit/s.
    TO_100T = "50-100Tbps"
    #: Above 100 Tbit/s.
    ABOVE_100T = "100+Tbps"


class Ratio(Enum):
    """Which way a network's traffic flows (``info_ratio``).

    >>> Ratio("Not Disclosed").name
    'NOT_DISCLOSED'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Not disclosed.
    NOT_DISCLOSED = "Not Disclosed"
    #: Heavy outbound.
    HEAVY_OUTBOUND = "Heavy Outbound"
    #: Mostly outbound.
    MOSTLY_OUTBOUND = "Mostly Outbound"
    #: Balanced.
    BALANCED = "Balanced"
    #: Mostly inbound.
    MOSTLY_INBOUND = "Mostly Inbound"
    #: Heavy inbound.
    HEAVY_INBOUND = "Heavy Inbound"


class Scope(Enum):
    """Where a network operates (``info_scope``).

    >>> Scope("Not Disclosed").name
    'NOT_DISCLOSED'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Not disclosed.
    NOT_DISCLOSED = "Not Disclosed"
    #: One region.
    REGIONAL = "Regional"
    #: North America.
    NORTH_AMERICA = "North America"
    #: Asia and the Pacific.
    ASIA_PACIFIC = "Asia Pacific"
    #: Europe.
    EUROPE = "Europe"
    #: South America.
    SOUTH_AMERICA = "South America"
    #: Africa.
    AFRICA = "Africa"
    #: Australia.
    AUSTRALIA = "Australia"
    #: Middle East.
    MIDDLE_EAST = "Middle East"
    #: Everywhere.
    GLOBAL = "Global"


class Region(Enum):
    """The part of the world an exchange or a facility is in (``region_continent``).

    >>> Region("North America").name
    'NORTH_AMERICA'
    """

    #: North America.
    NORTH_AMERICA = "North America"
    #: Asia and the Pacific.
    ASIA_PACIFIC = "Asia Pacific"
    #: Europe.
    EUROPE = "Europe"
    #: South America.
    SOUTH_AMERICA = "South America"
    #: Africa.
    AFRICA = "Africa"
    #: Australia.
    AUSTRALIA = "Australia"
    #: Middle East.
    MIDDLE_EAST = "Middle East"


class PeeringPolicy(Enum):
    """A network's general peering policy (``policy_general``).

    >>> PeeringPolicy("Open").name
    'OPEN'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Peers with everybody.
    OPEN = "Open"
    #: Peers under conditions.
    SELECTIVE = "Selective"
    #: Rarely takes new peers.
    RESTRICTIVE = "Restrictive"
    #: Does not peer.
    NO = "No"


class LocationPolicy(Enum):
    """Whether a network asks for several locations (``policy_locations``).

    >>> LocationPolicy("Not Required").name
    'NOT_REQUIRED'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Not required.
    NOT_REQUIRED = "Not Required"
    #: Preferred.
    PREFERRED = "Preferred"
    #: Required in the United States.
    REQUIRED_US = "Required - US"
    #: Required in the European Union.
    REQUIRED_EU = "Required - EU"
    #: Required in several countries.
    REQUIRED_INTERNATIONAL = "Required - International"


class ContractPolicy(Enum):
    """Whether a network asks for a contract (``policy_contracts``).

    >>> ContractPolicy("Not Required").name
    'NOT_REQUIRED'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Not required.
    NOT_REQUIRED = "Not Required"
    #: For private interconnection only.
    PRIVATE_ONLY = "Private Only"
    #: Required.
    REQUIRED = "Required"


class Protocol(Enum):
    """The address family of a peering LAN's prefix (``protocol``).

    >>> Protocol("IPv4").name
    'IPV_4'
    """

    #: IPv4.
    IPV_4 = "IPv4"
    #: IPv6.
    IPV_6 = "IPv6"


class PocRole(Enum):
    """What a contact is for (``role``).

    >>> PocRole("Abuse").name
    'ABUSE'
    """

    #: Abuse reports.
    ABUSE = "Abuse"
    #: Maintenance announcements.
    MAINTENANCE = "Maintenance"
    #: Peering requests.
    POLICY = "Policy"
    #: Technical questions.
    TECHNICAL = "Technical"
    #: Network operations centre.
    NOC = "NOC"
    #: Public relations.
    PUBLIC_RELATIONS = "Public Relations"
    #: Sales.
    SALES = "Sales"


class Visibility(Enum):
    """Who may see a contact (``visible``) or an exchange's member list (``ixf_ixp_member_list_url_visible``).

    >>> Visibility("Private").name
    'PRIVATE'
    """

    #: The organisation itself.
    PRIVATE = "Private"
    #: Everybody who has logged in.
    USERS = "Users"
    #: Everybody.
    PUBLIC = "Public"


class ImportStatus(Enum):
    """Where the import of an exchange's member list stands (``ixf_import_request_status``).

    >>> ImportStatus("queued").name
    'QUEUED'
    """

    #: Waiting.
    QUEUED = "queued"
    #: Running.
    IMPORTING = "importing"
    #: Done.
    FINISHED = "finished"
    #: Failed.
    ERROR = "error"


class Property(Enum):
    """Whether a building belongs to its operator (``property``).

    >>> Property("Owner").name
    'OWNER'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Owned.
    OWNER = "Owner"
    #: Leased.
    LESSEE = "Lessee"


class Voltage(Enum):
    """An electricity supply that a facility offers (``available_voltage_services``).

    >>> Voltage("No Power").name
    'NO_POWER'
    """

    #: None.
    NO_POWER = "No Power"
    #: 48 V direct current.
    DC_48 = "48 VDC"
    #: 400 V alternating current.
    AC_400 = "400 VAC"
    #: 480 V alternating current.
    AC_480 = "480 VAC"


class ServiceLevel(Enum):
    """The support that an exchange gives (``service_level``).

    >>> ServiceLevel("Not Disclosed").name
    'NOT_DISCLOSED'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Not disclosed.
    NOT_DISCLOSED = "Not Disclosed"
    #: Best effort.
    BEST_EFFORT = "Best Effort (no SLA)"
    #: During business hours.
    BUSINESS_HOURS = "Normal Business Hours"
    #: Around the clock.
    AROUND_THE_CLOCK = "24/7 Support"


class Terms(Enum):
    """The commercial terms of an exchange (``terms``).

    >>> Terms("Not Disclosed").name
    'NOT_DISCLOSED'
    """

    #: Not stated.
    UNSPECIFIED = ""
    #: Not disclosed.
    NOT_DISCLOSED = "Not Disclosed"
    #: No fees.
    NO_COMMERCIAL_TERMS = "No Commercial Terms"
    #: Part of another product.
    BUNDLED = "Bundled With Other Services"
    #: One-time fees.
    NON_RECURRING_FEES = "Non-recurring Fees Only"
    #: Recurring fees.
    RECURRING_FEES = "Recurring Fees"


@record()
class SocialMedia(Record):
    """An account on a social network, or a web site (``social_media``).

    >>> SocialMedia(service="website", identifier="https://www.example.net").service
    'website'
    """

    #: The service, e.g. ``website`` or ``linkedin``.
    service: str
    #: The account's name or address there.
    identifier: str
