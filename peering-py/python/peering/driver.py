"""The contract for drivers written in Python: a :class:`Driver` is a value, a :class:`Session` a small class.

Users hold a :class:`~peering.router.Router`. In between, written once and in Rust: the check of capabilities, the
timeouts, the context of errors and the safety of configuration changes. A driver does none of that; it sends what it is
told, and reports what it is told back.

Every method may be plain, or ``async def``. A plain one is called on a thread of ours and may block it; an ``async def`` runs
on an event loop of ours. Only one method of a session runs at a time. A caller that gives up does not interrupt it: it runs to
its end, and the next one waits for it, so a session is never out of step. Only :meth:`Session.close` cancels what is awaited.

A failure is an exception of :mod:`peering.exceptions`, whose kind reaches the user. Of other exceptions ``TimeoutError``,
``ConnectionError`` and ``NotImplementedError`` keep their meaning; the rest is a
:class:`~peering.exceptions.ParseError` from a read, and :class:`~peering.exceptions.OutcomeUnknownError` from a commit.

>>> from peering import Router, Target
>>> from peering.state import Facts
>>> class Lamp(Driver):
...     name = "lamp"
...     def capabilities(self) -> Capabilities:
...         return Capabilities(reads=[Read.FACTS])
...     def connect(self, target: Target) -> LampSession:
...         return LampSession()
>>> class LampSession(Session):
...     def capabilities(self) -> Capabilities:
...         return Capabilities(reads=[Read.FACTS])
...     async def facts(self) -> Facts:
...         return Facts(vendor="Lamps", os_version="1", hostname="desk")
...     def check(self) -> None: ...
...     def close(self) -> None: ...
>>> with Router.connect(Lamp(), Target(host="desk")) as router:
...     router.facts().hostname
'desk'
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Iterable
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar

from peering._record import Address, Record, record
from peering.exceptions import UnsupportedError

if TYPE_CHECKING:
    from peering.pending import Leftover, Pending, Token
    from peering.state import (
        BgpGroup,
        BgpInstance,
        BgpNeighbor,
        BgpNeighborDetail,
        ConfigQuery,
        Environment,
        Facts,
        Hop,
        Interface,
        InterfaceAddresses,
        InterfaceCounters,
        LinkNeighbor,
        LldpNeighbor,
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
        RouteQuery,
        Snmp,
        Traceroute,
        User,
        Vlan,
    )
    from peering.target import Target

__all__ = ["Answer", "Capabilities", "CommitOptions", "Driver", "LoadMode", "Read", "Session"]

T = TypeVar("T")

#: What a plain method returns, or an ``async def`` one is awaited for.
Answer: TypeAlias = T | Awaitable[T]


class Read(Enum):
    """What can be read.

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
    replace: bool = False  # type: ignore[assignment]  # the word of the contract, over `Record.replace`
    #: The device can check a candidate without applying it.
    validate: bool = False
    #: A candidate can be committed: all of it, or the old configuration stays.
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


class LoadMode(Enum):
    """How a text is laid over the running configuration.

    >>> LoadMode("merge") is LoadMode.MERGE
    True
    """

    #: The text is added; what it negates is removed.
    MERGE = "merge"
    #: The text is the whole new configuration.
    REPLACE = "replace"


@record()
class CommitOptions(Record):
    """How to commit.

    >>> CommitOptions(window=timedelta(minutes=5)).message
    """

    #: With a window the change comes back by itself unless it is confirmed within it. Already rounded to the device's step.
    window: timedelta | None = None
    #: A message for the device's commit log, where it keeps one.
    message: str | None = None


class Driver(ABC):
    """A platform: knows how to reach a router of its kind. Pass an instance to :meth:`peering.Router.connect`.

    >>> Driver()
    Traceback (most recent call last):
    TypeError: Can't instantiate abstract class Driver ...
    """

    #: The platform's name, ``vendor_os`` in lower case. Every instance has one.
    name: str

    @abstractmethod
    def capabilities(self) -> Capabilities:
        """The most that a session of this driver can claim. A plain method."""

    @abstractmethod
    def connect(self, target: Target) -> Answer[Session]:
        """Connects, authenticates, and finds out what this device offers.

        Raises ``ConnectError``, ``TimeoutError``, ``AuthError``, ``HostKeyError``, ``TlsError``, ``OptionsError``.
        """


class Session(ABC):
    """A connection to one device: reads, and the flat verbs of a configuration change.

    Every method is one complete exchange with the device. The caller brings the timeouts and the order of the verbs:
    ``open_candidate``, ``stage`` (once or more), ``validate`` and ``diff`` (any number), ``commit`` or ``discard``; after a
    ``commit`` with a window ``confirm`` or ``revert``. What a session does not claim in :meth:`capabilities` is never asked
    for, and needs no method.

    >>> class Mute(Session):
    ...     def capabilities(self) -> Capabilities:
    ...         return Capabilities()
    ...     def check(self) -> None: ...
    ...     def close(self) -> None: ...
    >>> Mute().facts()
    Traceback (most recent call last):
    peering.exceptions.UnsupportedError: facts: not supported: `facts` is not offered here
    """

    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What this device offers: at most what the driver claims. A plain method, asked once."""

    @abstractmethod
    def check(self) -> Answer[None]:
        """Whether the device still answers; the exception says why it does not."""

    @abstractmethod
    def close(self) -> Answer[None]:
        """Ends the session. A pending commit stays pending."""

    def leftovers(self) -> Iterable[Leftover]:
        """What an earlier session left behind on the device, as found at connect time. A plain method, asked once.

        Here as in :meth:`pending` the platform and host of a token are filled in by the router: leave them empty.
        """
        return ()

    def redact(self, text: str) -> str:
        """What is shown of a diff or a refusal of this device, passwords blacked out. A plain method.

        As it stands it blacks out what follows words such as ``password``, ``secret`` and ``community``. The credentials of the
        target are blacked out in any case.
        """
        return _redact(text)

    def facts(self) -> Answer[Facts]:
        """Who the router is."""
        _unsupported("facts")

    def interfaces(self) -> Answer[Iterable[Interface]]:
        """Its interfaces, physical and logical."""
        _unsupported("interfaces")

    def interface_addresses(self) -> Answer[Iterable[InterfaceAddresses]]:
        """The addresses of its interfaces; interfaces without one may be left out."""
        _unsupported("interface_addresses")

    def interface_counters(self) -> Answer[Iterable[InterfaceCounters]]:
        """The counters of its interfaces."""
        _unsupported("interface_counters")

    def bgp_instances(self) -> Answer[Iterable[BgpInstance]]:
        """The network instances that run BGP, those without a neighbour too."""
        _unsupported("bgp_instances")

    def bgp_neighbors(self) -> Answer[Iterable[BgpNeighbor]]:
        """Its BGP neighbours, of every network instance and address family."""
        _unsupported("bgp_neighbors")

    def bgp_neighbors_detail(self, address: Address | None) -> Answer[Iterable[BgpNeighborDetail]]:
        """All that is told of its BGP neighbours, or of one of them."""
        _unsupported("bgp_neighbors_detail")

    def bgp_config(self) -> Answer[Iterable[BgpGroup]]:
        """BGP as it is configured: peer groups, and at the end the neighbours without one."""
        _unsupported("bgp_config")

    def routes(self, query: RouteQuery) -> Answer[Iterable[Route]]:
        """The routes to a prefix or address; empty when there are none."""
        _unsupported("routes")

    def arp_table(self) -> Answer[Iterable[LinkNeighbor]]:
        """The ARP table of every network instance."""
        _unsupported("arp_table")

    def ipv6_neighbors(self) -> Answer[Iterable[LinkNeighbor]]:
        """The IPv6 neighbours."""
        _unsupported("ipv6_neighbors")

    def network_instances(self) -> Answer[Iterable[NetworkInstance]]:
        """The VRFs and other network instances, the main table among them."""
        _unsupported("network_instances")

    def environment(self) -> Answer[Environment]:
        """Fans, temperatures, power supplies, processors, memory."""
        _unsupported("environment")

    def optics(self) -> Answer[Iterable[Optic]]:
        """What the light in its transceivers is, lane by lane."""
        _unsupported("optics")

    def lldp_neighbors(self) -> Answer[Iterable[LldpNeighbor]]:
        """Who LLDP has heard of: interface, system name and port at least."""
        _unsupported("lldp_neighbors")

    def lldp_neighbors_detail(self, interface: str | None) -> Answer[Iterable[LldpNeighbor]]:
        """All that LLDP knows, of all interfaces or of one."""
        _unsupported("lldp_neighbors_detail")

    def users(self) -> Answer[Iterable[User]]:
        """Its local users."""
        _unsupported("users")

    def ntp_servers(self) -> Answer[Iterable[NtpServer]]:
        """The configured time servers."""
        _unsupported("ntp_servers")

    def ntp_peers(self) -> Answer[Iterable[NtpServer]]:
        """The configured time peers."""
        _unsupported("ntp_peers")

    def ntp_associations(self) -> Answer[Iterable[NtpAssociation]]:
        """What NTP thinks of its servers and peers."""
        _unsupported("ntp_associations")

    def snmp(self) -> Answer[Snmp]:
        """SNMP as it is configured."""
        _unsupported("snmp")

    def vlans(self) -> Answer[Iterable[Vlan]]:
        """Its VLANs."""
        _unsupported("vlans")

    def mac_table(self) -> Answer[Iterable[MacEntry]]:
        """Where link-layer addresses were seen."""
        _unsupported("mac_table")

    def probe_configs(self) -> Answer[Iterable[ProbeConfig]]:
        """The probes that it runs by itself, as configured."""
        _unsupported("probe_configs")

    def probe_results(self) -> Answer[Iterable[ProbeResult]]:
        """What those probes measured."""
        _unsupported("probe_results")

    def running_config(self) -> Answer[str]:
        """The running configuration, whole, in the platform's own text and with its secrets."""
        _unsupported("running_config")

    def config(self, query: ConfigQuery) -> Answer[str]:
        """A configuration as asked for. ``UnsupportedError`` for what the platform does not have."""
        _unsupported("config")

    def ping(self, query: Ping) -> Answer[PingReport]:
        """Pings somebody; ``RejectedError`` with the device's words when it cannot."""
        _unsupported("ping")

    def traceroute(self, query: Traceroute) -> Answer[Iterable[Hop]]:
        """Traces a way; ``RejectedError`` with the device's words when it cannot."""
        _unsupported("traceroute")

    def command(self, command: str) -> Answer[str]:
        """One operational command, raw; ``RejectedError`` with the device's words when it refuses the command."""
        _unsupported("command")

    def open_candidate(self) -> Answer[None]:
        """Takes the device's configuration lock and begins with a candidate equal to the running configuration.

        Raises ``LockedError`` with the holder's name when somebody else holds the lock or has a commit pending.
        """
        _unsupported("open_candidate")

    def stage(self, mode: LoadMode, text: str) -> Answer[None]:
        """Lays a text over the candidate. ``RejectedError`` leaves the candidate as it was."""
        _unsupported("stage")

    def validate(self) -> Answer[None]:
        """Lets the device check the candidate without applying it."""
        _unsupported("validate")

    def diff(self) -> Answer[str]:
        """What the commit would change, as the device sees it; empty when nothing. With its secrets: see :meth:`redact`."""
        _unsupported("diff")

    def commit(self, options: CommitOptions) -> Answer[Pending | None]:
        """Applies the candidate, reads back, and releases the lock unless a window was asked for.

        Refuses with ``RejectedError`` when the running configuration moved since the candidate was opened. On
        ``RejectedError`` the old configuration is in force again. With a window, returns what is pending.
        """
        _unsupported("commit")

    def confirm(self, token: Token) -> Answer[None]:
        """Makes a pending commit permanent, saves it, and releases the lock.

        Raises ``NotFoundError`` when it is not pending any more: too late, the device took it back or somebody confirmed it.
        """
        _unsupported("confirm")

    def revert(self, token: Token) -> Answer[None]:
        """Takes a pending commit back now, and releases the lock. ``NotFoundError`` as for :meth:`confirm`."""
        _unsupported("revert")

    def discard(self) -> Answer[None]:
        """Throws the candidate away and releases the lock; succeeds when there is none."""
        _unsupported("discard")

    def pending(self) -> Answer[Pending | None]:
        """The pending commit on the device, whoever made it."""
        _unsupported("pending")


def _unsupported(operation: str) -> NoReturn:
    raise UnsupportedError(f"`{operation}` is not offered here", operation=operation)


#: A word that announces a secret, an optional type or flag before it, and the secret.
_ANNOUNCED = (
    r"((?:pass(?:word|phrase|wd)|secret|community|(?:authentication|auth|pre-shared|md5|encrypted)?-?key|md5)"
    r"(?:\s+(?:\d{1,2}|sha\d*|md5|cleartext|encrypted|hash))?[\s=:]+)"
    r"(\"[^\"]*\"|[^\s;{}]+)"
)


def _redact(text: str) -> str:
    import re

    return re.sub(_ANNOUNCED, r"\1<redacted>", text, flags=re.IGNORECASE)
