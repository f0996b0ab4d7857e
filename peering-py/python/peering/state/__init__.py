"""What a router says of itself: operational state (RFC 8342), typed and normalised.

A value that a platform does not tell is ``None``, never a made-up number.
"""

from __future__ import annotations

from peering.state.account import (
    Snmp,
    SnmpCommunity,
    User,
)
from peering.state.bgp import (
    AddressFamily,
    AdminDown,
    BgpInstance,
    BgpNeighbor,
    BgpNeighborDetail,
    BgpState,
    DownReason,
    MaximumPrefixes,
    NeighborFamily,
    Notification,
    OtherReason,
)
from peering.state.bgp_config import (
    BgpConfigNeighbor,
    BgpGroup,
    PrefixLimit,
)
from peering.state.config import (
    ConfigFormat,
    ConfigQuery,
    ConfigSource,
)
from peering.state.environment import (
    Environment,
    Fan,
    Memory,
    PowerSupply,
    Processor,
    Temperature,
)
from peering.state.facts import (
    Facts,
)
from peering.state.interface import (
    Counters,
    Interface,
    InterfaceAddresses,
    InterfaceCounters,
)
from peering.state.lldp import (
    LldpNeighbor,
)
from peering.state.network_instance import (
    NetworkInstance,
)
from peering.state.ntp import (
    NtpAssociation,
    NtpServer,
)
from peering.state.optics import (
    Optic,
    Reading,
)
from peering.state.probe import (
    Hop,
    HopProbe,
    Ping,
    PingAnswer,
    PingReport,
    ProbeConfig,
    ProbeResult,
    ProbeTimes,
    Traceroute,
)
from peering.state.route import (
    BgpAttributes,
    Exact,
    Longer,
    Longest,
    Origin,
    Route,
    RouteMatch,
    RouteQuery,
)
from peering.state.table import (
    LinkNeighbor,
    MacEntry,
    Vlan,
)

__all__ = [
    "AddressFamily",
    "AdminDown",
    "BgpAttributes",
    "BgpConfigNeighbor",
    "BgpGroup",
    "BgpInstance",
    "BgpNeighbor",
    "BgpNeighborDetail",
    "BgpState",
    "ConfigFormat",
    "ConfigQuery",
    "ConfigSource",
    "Counters",
    "DownReason",
    "Environment",
    "Exact",
    "Facts",
    "Fan",
    "Hop",
    "HopProbe",
    "Interface",
    "InterfaceAddresses",
    "InterfaceCounters",
    "LinkNeighbor",
    "LldpNeighbor",
    "Longer",
    "Longest",
    "MacEntry",
    "MaximumPrefixes",
    "Memory",
    "NeighborFamily",
    "NetworkInstance",
    "Notification",
    "NtpAssociation",
    "NtpServer",
    "Optic",
    "Origin",
    "OtherReason",
    "Ping",
    "PingAnswer",
    "PingReport",
    "PowerSupply",
    "PrefixLimit",
    "ProbeConfig",
    "ProbeResult",
    "ProbeTimes",
    "Processor",
    "Reading",
    "Route",
    "RouteMatch",
    "RouteQuery",
    "Snmp",
    "SnmpCommunity",
    "Temperature",
    "Traceroute",
    "User",
    "Vlan",
]
