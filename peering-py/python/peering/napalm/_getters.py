"""NAPALM's getters: names, arguments and defaults as NAPALM has them; the data come from the compiled half."""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

__all__: list[str] = []

#: NAPALM's results: their keys are those that its documentation names.
Answer: TypeAlias = dict[str, Any]
Answers: TypeAlias = list[dict[str, Any]]


class Getters:
    """What only reads. Each call asks the router; the shapes are NAPALM's, key by key."""

    #: NAPALM's name of the platform.
    platform: ClassVar[str]

    def _call(self, method: str, **arguments: Any) -> Any:
        raise NotImplementedError

    def _table(self, method: str, **arguments: Any) -> Answer:
        found: Answer = self._call(method, **arguments)
        return found

    def _rows(self, method: str, **arguments: Any) -> Answers:
        found: Answers = self._call(method, **arguments)
        return found

    def get_facts(self) -> Answer:
        """Who the router is: vendor, model, version, serial number, names, uptime, interfaces."""
        return self._table("get_facts")

    def get_interfaces(self) -> Answer:
        """Interfaces by name: state, description, speed, MTU, link-layer address, last flap."""
        return self._table("get_interfaces")

    def get_interfaces_counters(self) -> Answer:
        """Counters of interfaces by name."""
        return self._table("get_interfaces_counters")

    def get_interfaces_ip(self) -> Answer:
        """Addresses of interfaces by name, family and address."""
        return self._table("get_interfaces_ip")

    def get_lldp_neighbors(self) -> Answer:
        """Who is behind each interface, by LLDP."""
        return self._table("get_lldp_neighbors")

    def get_lldp_neighbors_detail(self, interface: str = "") -> Answer:
        """All that LLDP tells of them."""
        return self._table("get_lldp_neighbors_detail", interface=interface)

    def get_bgp_neighbors(self) -> Answer:
        """BGP neighbours by network instance and address."""
        return self._table("get_bgp_neighbors")

    def get_bgp_neighbors_detail(self, neighbor_address: str = "") -> Answer:
        """All that is told of BGP neighbours, by network instance and AS."""
        return self._table("get_bgp_neighbors_detail", neighbor_address=neighbor_address)

    def get_bgp_config(self, group: str = "", neighbor: str = "") -> Answer:
        """BGP as it is configured, by group and neighbour."""
        return self._table("get_bgp_config", group=group, neighbor=neighbor)

    def get_environment(self) -> Answer:
        """Fans, temperatures, power, processors, memory."""
        return self._table("get_environment")

    def get_arp_table(self, vrf: str = "") -> Answers:
        """The ARP table."""
        return self._rows("get_arp_table", vrf=vrf)

    def get_ipv6_neighbors_table(self) -> Answers:
        """The IPv6 neighbours."""
        return self._rows("get_ipv6_neighbors_table")

    def get_ntp_peers(self) -> Answer:
        """The configured time peers."""
        return self._table("get_ntp_peers")

    def get_ntp_servers(self) -> Answer:
        """The configured time servers."""
        return self._table("get_ntp_servers")

    def get_ntp_stats(self) -> Answers:
        """What NTP thinks of its servers and peers."""
        return self._rows("get_ntp_stats")

    def get_mac_address_table(self) -> Answers:
        """Where link-layer addresses were seen."""
        return self._rows("get_mac_address_table")

    def get_route_to(self, destination: str = "", protocol: str = "", longer: bool = False) -> Answer:
        """The routes to a prefix or address."""
        return self._table("get_route_to", destination=destination, protocol=protocol, longer=longer)

    def get_snmp_information(self) -> Answer:
        """SNMP as it is configured."""
        return self._table("get_snmp_information")

    def get_probes_config(self) -> Answer:
        """The probes that the router runs by itself."""
        return self._table("get_probes_config")

    def get_probes_results(self) -> Answer:
        """What those probes measured."""
        return self._table("get_probes_results")

    def get_users(self) -> Answer:
        """Local users: level, hashed password, SSH keys."""
        return self._table("get_users")

    def get_optics(self) -> Answer:
        """What the light in the transceivers is."""
        return self._table("get_optics")

    def get_config(
        self, retrieve: str = "all", full: bool = False, sanitized: bool = False, format: str = "text"
    ) -> Answer:
        """Configurations in the router's own text, with their secrets unless they are sanitised."""
        return self._table("get_config", retrieve=retrieve, full=full, sanitized=sanitized, format=format)

    def get_network_instances(self, name: str = "") -> Answer:
        """VRFs and other network instances."""
        return self._table("get_network_instances", name=name)

    def get_firewall_policies(self) -> Answer:
        """No platform here has them."""
        return self._table("get_firewall_policies")

    def get_vlans(self) -> Answer:
        """VLANs by number."""
        return self._table("get_vlans")

    def ping(
        self,
        destination: str,
        source: str = "",
        ttl: int = 255,
        timeout: int = 2,
        size: int = 100,
        count: int = 5,
        vrf: str = "",
        source_interface: str = "",
    ) -> Answer:
        """Pings somebody from the router."""
        return self._table(
            "ping",
            destination=destination,
            source=source,
            ttl=ttl,
            timeout=timeout,
            size=size,
            count=count,
            vrf=vrf,
            source_interface=source_interface,
        )

    def traceroute(self, destination: str, source: str = "", ttl: int = 255, timeout: int = 2, vrf: str = "") -> Answer:
        """Traces a way from the router."""
        return self._table("traceroute", destination=destination, source=source, ttl=ttl, timeout=timeout, vrf=vrf)

    def cli(self, commands: list[str], encoding: str = "text") -> Answer:
        """Commands and their answers."""
        if not isinstance(commands, list):
            raise TypeError("commands are a list")
        return self._table("cli", commands=[str(command) for command in commands], encoding=encoding)
