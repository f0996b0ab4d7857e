"""The reads of whoever holds a session: a router, a candidate, a pending commit. One list for the three."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Any, Generic, TypeVar

from peering import _native
from peering._operation import finish
from peering._record import Address, Prefix, shape_of
from peering.state import (
    BgpGroup,
    BgpInstance,
    BgpNeighbor,
    BgpNeighborDetail,
    ConfigQuery,
    Environment,
    Exact,
    Facts,
    Hop,
    Interface,
    InterfaceAddresses,
    InterfaceCounters,
    LinkNeighbor,
    LldpNeighbor,
    Longest,
    MacEntry,
    NetworkInstance,
    NtpAssociation,
    NtpServer,
    Optic,
    Ping,
    PingReport,
    ProbeConfig,
    ProbeResult,
    Route,
    RouteMatch,
    RouteQuery,
    Snmp,
    Traceroute,
    User,
    Vlan,
)
from peering.table import Table

T = TypeVar("T")
Query = TypeVar("Query", Ping, Traceroute)
Native = TypeVar("Native", bound=_native.Router | _native.Candidate | _native.Confirming)


def _route_query(query: RouteQuery | RouteMatch | Prefix | Address) -> RouteQuery:
    if isinstance(query, RouteQuery):
        return query
    if isinstance(query, (IPv4Network, IPv6Network)):
        return RouteQuery(matching=Exact(query))
    return RouteQuery(matching=query if isinstance(query, RouteMatch) else Longest(query))


def _to(kind: type[Query], query: Query | Address | str) -> Query:
    return query if isinstance(query, kind) else kind(destination=str(query))


class Reads(Generic[Native]):
    """What a router can be asked.

    A read that this device does not claim raises :class:`~peering.exceptions.UnsupportedError` before anything is sent.
    All raise :class:`~peering.exceptions.RejectedError` when the device refuses,
    :class:`~peering.exceptions.ParseError` when its answer has another form, and what the path raises.
    """

    __slots__ = ("_inner",)

    def __init__(self, native: Native) -> None:
        self._inner = native

    def _one(self, name: str, kind: type[T], argument: Any = None) -> T:
        answer: T = self._inner.read(name, shape_of(kind), argument).wait()
        return answer

    async def _one_async(self, name: str, kind: type[T], argument: Any = None) -> T:
        answer: T = await finish(self._inner.read(name, shape_of(kind), argument))
        return answer

    def _many(self, name: str, kind: type[T], argument: Any = None) -> Table[T]:
        return Table(kind, self._inner.read(name, shape_of(kind), argument).wait())

    async def _many_async(self, name: str, kind: type[T], argument: Any = None) -> Table[T]:
        return Table(kind, await finish(self._inner.read(name, shape_of(kind), argument)))

    def facts(self) -> Facts:
        """Who the router is."""
        return self._one("facts", Facts)

    async def facts_async(self) -> Facts:
        """As :meth:`facts`, awaited."""
        return await self._one_async("facts", Facts)

    def interfaces(self) -> Table[Interface]:
        """Its interfaces, physical and logical."""
        return self._many("interfaces", Interface)

    async def interfaces_async(self) -> Table[Interface]:
        """As :meth:`interfaces`, awaited."""
        return await self._many_async("interfaces", Interface)

    def interface_addresses(self) -> Table[InterfaceAddresses]:
        """The addresses of its interfaces; interfaces without one may be left out."""
        return self._many("interface_addresses", InterfaceAddresses)

    async def interface_addresses_async(self) -> Table[InterfaceAddresses]:
        """As :meth:`interface_addresses`, awaited."""
        return await self._many_async("interface_addresses", InterfaceAddresses)

    def interface_counters(self) -> Table[InterfaceCounters]:
        """The counters of its interfaces."""
        return self._many("interface_counters", InterfaceCounters)

    async def interface_counters_async(self) -> Table[InterfaceCounters]:
        """As :meth:`interface_counters`, awaited."""
        return await self._many_async("interface_counters", InterfaceCounters)

    def bgp_instances(self) -> Table[BgpInstance]:
        """The network instances that run BGP, those without a neighbour too."""
        return self._many("bgp_instances", BgpInstance)

    async def bgp_instances_async(self) -> Table[BgpInstance]:
        """As :meth:`bgp_instances`, awaited."""
        return await self._many_async("bgp_instances", BgpInstance)

    def bgp_neighbors(self) -> Table[BgpNeighbor]:
        """Its BGP neighbours, of every network instance and address family."""
        return self._many("bgp_neighbors", BgpNeighbor)

    async def bgp_neighbors_async(self) -> Table[BgpNeighbor]:
        """As :meth:`bgp_neighbors`, awaited."""
        return await self._many_async("bgp_neighbors", BgpNeighbor)

    def bgp_neighbors_detail(self, address: Address | None = None) -> Table[BgpNeighborDetail]:
        """All that is told of its BGP neighbours, or of one of them."""
        return self._many("bgp_neighbors_detail", BgpNeighborDetail, address)

    async def bgp_neighbors_detail_async(self, address: Address | None = None) -> Table[BgpNeighborDetail]:
        """As :meth:`bgp_neighbors_detail`, awaited."""
        return await self._many_async("bgp_neighbors_detail", BgpNeighborDetail, address)

    def bgp_config(self) -> Table[BgpGroup]:
        """BGP as it is configured: peer groups, and at the end the neighbours without one."""
        return self._many("bgp_config", BgpGroup)

    async def bgp_config_async(self) -> Table[BgpGroup]:
        """As :meth:`bgp_config`, awaited."""
        return await self._many_async("bgp_config", BgpGroup)

    def routes(self, query: RouteQuery | RouteMatch | Prefix | Address) -> Table[Route]:
        """The routes to a prefix (exactly it) or an address (the longest match), or as the query says; empty when there are none."""
        return self._many("routes", Route, _route_query(query))

    async def routes_async(self, query: RouteQuery | RouteMatch | Prefix | Address) -> Table[Route]:
        """As :meth:`routes`, awaited."""
        return await self._many_async("routes", Route, _route_query(query))

    def arp_table(self) -> Table[LinkNeighbor]:
        """The ARP table of every network instance."""
        return self._many("arp_table", LinkNeighbor)

    async def arp_table_async(self) -> Table[LinkNeighbor]:
        """As :meth:`arp_table`, awaited."""
        return await self._many_async("arp_table", LinkNeighbor)

    def ipv6_neighbors(self) -> Table[LinkNeighbor]:
        """The IPv6 neighbours."""
        return self._many("ipv6_neighbors", LinkNeighbor)

    async def ipv6_neighbors_async(self) -> Table[LinkNeighbor]:
        """As :meth:`ipv6_neighbors`, awaited."""
        return await self._many_async("ipv6_neighbors", LinkNeighbor)

    def network_instances(self) -> Table[NetworkInstance]:
        """The VRFs and other network instances, the main table among them."""
        return self._many("network_instances", NetworkInstance)

    async def network_instances_async(self) -> Table[NetworkInstance]:
        """As :meth:`network_instances`, awaited."""
        return await self._many_async("network_instances", NetworkInstance)

    def environment(self) -> Environment:
        """Fans, temperatures, power supplies, processors, memory."""
        return self._one("environment", Environment)

    async def environment_async(self) -> Environment:
        """As :meth:`environment`, awaited."""
        return await self._one_async("environment", Environment)

    def optics(self) -> Table[Optic]:
        """What the light in its transceivers is, lane by lane."""
        return self._many("optics", Optic)

    async def optics_async(self) -> Table[Optic]:
        """As :meth:`optics`, awaited."""
        return await self._many_async("optics", Optic)

    def lldp_neighbors(self) -> Table[LldpNeighbor]:
        """Who LLDP has heard of: interface, system name and port at least."""
        return self._many("lldp_neighbors", LldpNeighbor)

    async def lldp_neighbors_async(self) -> Table[LldpNeighbor]:
        """As :meth:`lldp_neighbors`, awaited."""
        return await self._many_async("lldp_neighbors", LldpNeighbor)

    def lldp_neighbors_detail(self, interface: str | None = None) -> Table[LldpNeighbor]:
        """All that LLDP knows, of all interfaces or of one."""
        return self._many("lldp_neighbors_detail", LldpNeighbor, interface)

    async def lldp_neighbors_detail_async(self, interface: str | None = None) -> Table[LldpNeighbor]:
        """As :meth:`lldp_neighbors_detail`, awaited."""
        return await self._many_async("lldp_neighbors_detail", LldpNeighbor, interface)

    def users(self) -> Table[User]:
        """Its local users."""
        return self._many("users", User)

    async def users_async(self) -> Table[User]:
        """As :meth:`users`, awaited."""
        return await self._many_async("users", User)

    def ntp_servers(self) -> Table[NtpServer]:
        """The configured time servers."""
        return self._many("ntp_servers", NtpServer)

    async def ntp_servers_async(self) -> Table[NtpServer]:
        """As :meth:`ntp_servers`, awaited."""
        return await self._many_async("ntp_servers", NtpServer)

    def ntp_peers(self) -> Table[NtpServer]:
        """The configured time peers."""
        return self._many("ntp_peers", NtpServer)

    async def ntp_peers_async(self) -> Table[NtpServer]:
        """As :meth:`ntp_peers`, awaited."""
        return await self._many_async("ntp_peers", NtpServer)

    def ntp_associations(self) -> Table[NtpAssociation]:
        """What NTP thinks of its servers and peers."""
        return self._many("ntp_associations", NtpAssociation)

    async def ntp_associations_async(self) -> Table[NtpAssociation]:
        """As :meth:`ntp_associations`, awaited."""
        return await self._many_async("ntp_associations", NtpAssociation)

    def snmp(self) -> Snmp:
        """SNMP as it is configured."""
        return self._one("snmp", Snmp)

    async def snmp_async(self) -> Snmp:
        """As :meth:`snmp`, awaited."""
        return await self._one_async("snmp", Snmp)

    def vlans(self) -> Table[Vlan]:
        """Its VLANs."""
        return self._many("vlans", Vlan)

    async def vlans_async(self) -> Table[Vlan]:
        """As :meth:`vlans`, awaited."""
        return await self._many_async("vlans", Vlan)

    def mac_table(self) -> Table[MacEntry]:
        """Where link-layer addresses were seen."""
        return self._many("mac_table", MacEntry)

    async def mac_table_async(self) -> Table[MacEntry]:
        """As :meth:`mac_table`, awaited."""
        return await self._many_async("mac_table", MacEntry)

    def probe_configs(self) -> Table[ProbeConfig]:
        """The probes that it runs by itself, as configured."""
        return self._many("probe_configs", ProbeConfig)

    async def probe_configs_async(self) -> Table[ProbeConfig]:
        """As :meth:`probe_configs`, awaited."""
        return await self._many_async("probe_configs", ProbeConfig)

    def probe_results(self) -> Table[ProbeResult]:
        """What those probes measured."""
        return self._many("probe_results", ProbeResult)

    async def probe_results_async(self) -> Table[ProbeResult]:
        """As :meth:`probe_results`, awaited."""
        return await self._many_async("probe_results", ProbeResult)

    def running_config(self) -> str:
        """The running configuration, whole, in the platform's own text and with its secrets."""
        return self._one("running_config", str)

    async def running_config_async(self) -> str:
        """As :meth:`running_config`, awaited."""
        return await self._one_async("running_config", str)

    def config(self, query: ConfigQuery | None = None) -> str:
        """A configuration as asked for."""
        return self._one("config", str, query or ConfigQuery())

    async def config_async(self, query: ConfigQuery | None = None) -> str:
        """As :meth:`config`, awaited."""
        return await self._one_async("config", str, query or ConfigQuery())

    def ping(self, query: Ping | Address | str) -> PingReport:
        """Pings somebody, with the defaults of :class:`~peering.state.Ping` where only a destination is given."""
        return self._one("ping", PingReport, _to(Ping, query))

    async def ping_async(self, query: Ping | Address | str) -> PingReport:
        """As :meth:`ping`, awaited."""
        return await self._one_async("ping", PingReport, _to(Ping, query))

    def traceroute(self, query: Traceroute | Address | str) -> Table[Hop]:
        """Traces a way, with the defaults of :class:`~peering.state.Traceroute` where only a destination is given."""
        return self._many("traceroute", Hop, _to(Traceroute, query))

    async def traceroute_async(self, query: Traceroute | Address | str) -> Table[Hop]:
        """As :meth:`traceroute`, awaited."""
        return await self._many_async("traceroute", Hop, _to(Traceroute, query))

    def command(self, command: str) -> str:
        """One operational command, raw."""
        return self._one("command", str, command)

    async def command_async(self, command: str) -> str:
        """As :meth:`command`, awaited."""
        return await self._one_async("command", str, command)
