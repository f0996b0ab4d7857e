"""What a router, or a driver, can do."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from peering._record import Record, record

__all__ = ["Capabilities", "Read"]


class Read(Enum):
    """What can be read, named as the methods.

    >>> Read("bgp_neighbors") is Read.BGP_NEIGHBORS
    True
    """

    FACTS = "facts"
    INTERFACES = "interfaces"
    INTERFACE_ADDRESSES = "interface_addresses"
    INTERFACE_COUNTERS = "interface_counters"
    BGP_INSTANCES = "bgp_instances"
    BGP_NEIGHBORS = "bgp_neighbors"
    BGP_NEIGHBORS_DETAIL = "bgp_neighbors_detail"
    BGP_CONFIG = "bgp_config"
    ROUTES = "routes"
    ARP_TABLE = "arp_table"
    IPV6_NEIGHBORS = "ipv6_neighbors"
    NETWORK_INSTANCES = "network_instances"
    ENVIRONMENT = "environment"
    OPTICS = "optics"
    LLDP_NEIGHBORS = "lldp_neighbors"
    LLDP_NEIGHBORS_DETAIL = "lldp_neighbors_detail"
    USERS = "users"
    NTP_SERVERS = "ntp_servers"
    NTP_PEERS = "ntp_peers"
    NTP_ASSOCIATIONS = "ntp_associations"
    SNMP = "snmp"
    VLANS = "vlans"
    MAC_TABLE = "mac_table"
    PROBE_CONFIGS = "probe_configs"
    PROBE_RESULTS = "probe_results"
    RUNNING_CONFIG = "running_config"
    CONFIG = "config"
    PING = "ping"
    TRACEROUTE = "traceroute"
    COMMAND = "command"


@record()
class Capabilities(Record):
    """What can be asked: a driver states its upper bound, a session what *this* device offers.

    A router refuses everything else with :class:`~peering.exceptions.UnsupportedError` before anything is sent.

    >>> offered = Capabilities(reads=[Read.FACTS, Read.ROUTES], merge=True, commit=True)
    >>> Read.FACTS in offered, Read.OPTICS in offered, offered.candidate
    (True, False, True)
    """

    #: The reads.
    reads: tuple[Read, ...] = ()
    #: A candidate can be merged into the running configuration.
    merge: bool = False
    #: A candidate can replace the running configuration.
    replace: bool = False
    #: The device can check a candidate without applying it.
    validate: bool = False
    #: A candidate can be committed, atomically as seen by the operator: all of it, or the old configuration.
    commit: bool = False
    #: A commit can come back by itself unless it is confirmed; the timer runs on the device.
    commit_confirmed: bool = False
    #: The shortest confirm window that the device takes.
    minimum_window: timedelta = timedelta()
    #: The step that a confirm window is rounded up to.
    window_step: timedelta = timedelta()

    @property
    def candidate(self) -> bool:
        """Whether a candidate can be opened at all."""
        return self.merge or self.replace

    def __contains__(self, read: Read) -> bool:
        return read in self.reads
