"""A NAPALM driver, community or core, as a driver of ours.

>>> from peering import Router, Target
>>> def facts(host):
...     with Router.connect(Bridge("ros"), Target(host=host)) as router:
...         return router.facts()

What the class implements is what is offered: reads become typed records (``-1`` and ``""`` are ``None``), a configuration is
loaded, compared and committed with ``load_*_candidate``, ``compare_config`` and ``commit_config``. NAPALM's limits stay:

- Its drivers log in their own way. They check no host key and no certificate unless their ``optional_args`` say so; a
  :class:`~peering.target.Target` that asks for a check, a jump host or a transcript is refused rather than ignored.
- NAPALM has no lock. A commit refuses when the running configuration is another than at the start, as far as ``get_config``
  tells.
- A pending commit has no name: only the session that made it can confirm or revert it.
- A BGP session that is down has the state ``IDLE``: NAPALM tells no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import TYPE_CHECKING, Any

from peering.driver import Capabilities, CommitOptions, Driver, LoadMode, Read, Session
from peering.exceptions import (
    ClosedError,
    LockedError,
    NotFoundError,
    OptionsError,
    PeeringError,
    RejectedError,
    UnsupportedError,
)
from peering.napalm import _answers, _more_answers
from peering.napalm._failures import failure
from peering.pending import CommitPending, Leftover, Pending, Token
from peering.state import ConfigFormat, ConfigQuery, Exact, Longer

if TYPE_CHECKING:
    from peering import state
    from peering._record import Address
    from peering.state import Ping, RouteQuery, Traceroute
    from peering.target import Target

__all__ = ["Bridge"]

#: The method behind each read.
_METHODS = {
    Read.FACTS: "get_facts",
    Read.INTERFACES: "get_interfaces",
    Read.INTERFACE_ADDRESSES: "get_interfaces_ip",
    Read.INTERFACE_COUNTERS: "get_interfaces_counters",
    Read.BGP_INSTANCES: "get_bgp_neighbors",
    Read.BGP_NEIGHBORS: "get_bgp_neighbors",
    Read.BGP_NEIGHBORS_DETAIL: "get_bgp_neighbors_detail",
    Read.BGP_CONFIG: "get_bgp_config",
    Read.ROUTES: "get_route_to",
    Read.ARP_TABLE: "get_arp_table",
    Read.IPV6_NEIGHBORS: "get_ipv6_neighbors_table",
    Read.NETWORK_INSTANCES: "get_network_instances",
    Read.ENVIRONMENT: "get_environment",
    Read.OPTICS: "get_optics",
    Read.LLDP_NEIGHBORS: "get_lldp_neighbors",
    Read.LLDP_NEIGHBORS_DETAIL: "get_lldp_neighbors_detail",
    Read.USERS: "get_users",
    Read.NTP_SERVERS: "get_ntp_servers",
    Read.NTP_PEERS: "get_ntp_peers",
    Read.NTP_ASSOCIATIONS: "get_ntp_stats",
    Read.SNMP: "get_snmp_information",
    Read.VLANS: "get_vlans",
    Read.MAC_TABLE: "get_mac_address_table",
    Read.PROBE_CONFIGS: "get_probes_config",
    Read.PROBE_RESULTS: "get_probes_results",
    Read.RUNNING_CONFIG: "get_config",
    Read.CONFIG: "get_config",
    Read.PING: "ping",
    Read.TRACEROUTE: "traceroute",
    Read.COMMAND: "cli",
}


class Bridge(Driver):
    """Any NAPALM driver as a driver of ours: by the name that ``napalm.get_network_driver`` knows, or its class.

    ``optional_args`` are NAPALM's. ``window_step`` is the shortest confirm window, and the step that windows are rounded up to:
    NAPALM counts seconds, many devices minutes. ``memory_unit`` says how many bytes the driver's unit for memory has; NAPALM
    has no rule, so without it memory is left out.

    >>> Bridge("eos", optional_args={"transport": "https"}).name
    'napalm_eos'
    """

    def __init__(
        self,
        driver: str | type[Any],
        *,
        name: str | None = None,
        optional_args: Mapping[str, Any] | None = None,
        window_step: timedelta = timedelta(minutes=1),
        memory_unit: int | None = None,
    ) -> None:
        self._class = driver if isinstance(driver, type) else _class_of(driver)
        known = driver if isinstance(driver, str) else self._class.__name__.removesuffix("Driver").lower()
        self.name = name or f"napalm_{known}"
        self._optional_args = dict(optional_args or {})
        self._window_step = window_step
        self._memory_unit = memory_unit

    def __repr__(self) -> str:
        return f"Bridge({self._class.__name__})"

    def capabilities(self) -> Capabilities:
        """What the class implements: the methods that it does not inherit from NAPALM's base class."""
        has = self._has
        can_commit = has("compare_config") and has("commit_config") and has("discard_config")
        confirms = can_commit and has("confirm_commit") and has("has_pending_commit") and has("rollback")
        step = self._window_step if confirms else timedelta()
        return Capabilities(
            reads=tuple(read for read, method in _METHODS.items() if has(method)),
            merge=can_commit and has("load_merge_candidate"),
            replace=can_commit and has("load_replace_candidate"),
            commit=can_commit,
            commit_confirmed=confirms,
            minimum_window=step,
            window_step=step,
        )

    def _has(self, method: str) -> bool:
        base = _napalm("napalm.base.base").NetworkDriver
        # Whoever makes methods up as they are asked for may have all of them; what it lacks raises then.
        makes_up = any("__getattribute__" in vars(one) for one in self._class.__mro__ if one is not object)
        is_getter = method.startswith("get_") or method in ("ping", "traceroute")
        return (makes_up and is_getter) or getattr(self._class, method) is not getattr(base, method)

    def connect(self, target: Target) -> Session:
        """Makes the driver and opens it."""
        self._refuse(target)
        login = target.credentials
        options = dict(self._optional_args)
        if target.port is not None:
            options["port"] = target.port
        if login.private_key is not None:
            options.update(key_file=str(login.private_key), use_keys=True)
        if login.passphrase is not None:
            options["passphrase"] = login.passphrase.expose()
        if login.agent:
            options["allow_agent"] = True
        try:
            device = self._class(
                hostname=target.host,
                username=login.username,
                password=login.password.expose() if login.password else "",
                timeout=_more_answers.whole_seconds(target.timeouts.read),
                optional_args=options,
            )
            device.open()
        except Exception as error:
            raise failure(error, connecting=True) from error
        return _Bridged(device, self.capabilities(), self._has, self._memory_unit)

    def _refuse(self, target: Target) -> None:
        """What a NAPALM driver would silently not do."""
        from peering.target import AcceptAnyInsecure, Live, System, TrustOnFirstUse

        asked = {
            "host_key": not isinstance(target.host_key, (TrustOnFirstUse, AcceptAnyInsecure)),
            "tls": not isinstance(target.tls, (System, TrustOnFirstUse, AcceptAnyInsecure)),
            "jump": target.jump is not None,
            "proxy_command": target.proxy_command is not None,
            "wire": not isinstance(target.wire, Live),
        }
        for option, is_asked in asked.items():
            if is_asked:
                raise OptionsError(
                    f"a NAPALM driver knows no `{option}`; say it in its own optional_args, and not in the target"
                )


def _napalm(module: str = "napalm") -> Any:
    """A module of NAPALM's, which has no types."""
    try:
        return import_module(module)
    except ImportError:
        raise OptionsError("NAPALM is not installed: pip install napalm") from None


def _class_of(name: str) -> type[Any]:
    napalm = _napalm()
    # Its own drivers are meant by their names, also where something else stands in their place (`custom_napalm`).
    place = f"napalm.{name}" if name in napalm.SUPPORTED_DRIVERS else name
    try:
        found: type[Any] = napalm.get_network_driver(place)
    except _napalm("napalm.base.exceptions").ModuleImportError as error:
        raise OptionsError(f"NAPALM has no driver {name!r}: {error}") from None
    return found


class _Bridged(Session):
    """A NAPALM driver that is open."""

    def __init__(self, device: Any, offers: Capabilities, has: Any, memory_unit: int | None) -> None:
        self._device = device
        self._offers = offers
        self._has = has
        self._memory_unit = memory_unit
        self._before: str | None = None
        self._staged: tuple[LoadMode, str] | None = None
        self._made: Pending | None = None
        self._left = self._found_pending()

    def _ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        try:
            return getattr(self._device, method)(*arguments, **named)
        except Exception as error:
            raise failure(error) from error

    def capabilities(self) -> Capabilities:
        return self._offers

    def leftovers(self) -> Iterable[Leftover]:
        return () if self._left is None else (CommitPending(self._left),)

    def facts(self) -> state.Facts:
        return _answers.facts(self._ask("get_facts"))

    def interfaces(self) -> Iterable[state.Interface]:
        return _answers.interfaces(self._ask("get_interfaces"))

    def interface_addresses(self) -> Iterable[state.InterfaceAddresses]:
        return _answers.interface_addresses(self._ask("get_interfaces_ip"))

    def interface_counters(self) -> Iterable[state.InterfaceCounters]:
        return _answers.interface_counters(self._ask("get_interfaces_counters"))

    def bgp_instances(self) -> Iterable[state.BgpInstance]:
        return _more_answers.bgp_instances(self._ask("get_bgp_neighbors"))

    def bgp_neighbors(self) -> Iterable[state.BgpNeighbor]:
        return _more_answers.bgp_neighbors(self._ask("get_bgp_neighbors"))

    def bgp_neighbors_detail(self, address: Address | None) -> Iterable[state.BgpNeighborDetail]:
        answer = self._ask("get_bgp_neighbors_detail", neighbor_address=str(address or ""))
        found = _more_answers.bgp_neighbors_detail(answer)
        # Some drivers do not look at the address.
        return [one for one in found if address is None or one.neighbor.address == address]

    def bgp_config(self) -> Iterable[state.BgpGroup]:
        return _more_answers.bgp_config(self._ask("get_bgp_config"))

    def routes(self, query: RouteQuery) -> Iterable[state.Route]:
        match = query.matching
        answer = self._ask(
            "get_route_to",
            destination=str(match.value),
            protocol=query.protocol or "",
            **({"longer": True} if isinstance(match, Longer) else {}),
        )
        return _answers.routes(answer, match.value if isinstance(match, Exact) else None)

    def arp_table(self) -> Iterable[state.LinkNeighbor]:
        return _answers.link_neighbors(self._ask("get_arp_table"))

    def ipv6_neighbors(self) -> Iterable[state.LinkNeighbor]:
        return _answers.link_neighbors(self._ask("get_ipv6_neighbors_table"))

    def network_instances(self) -> Iterable[state.NetworkInstance]:
        return _answers.network_instances(self._ask("get_network_instances"))

    def environment(self) -> state.Environment:
        return _more_answers.environment(self._ask("get_environment"), self._memory_unit)

    def optics(self) -> Iterable[state.Optic]:
        return _more_answers.optics(self._ask("get_optics"))

    def lldp_neighbors(self) -> Iterable[state.LldpNeighbor]:
        return _more_answers.lldp_neighbors(self._ask("get_lldp_neighbors"))

    def lldp_neighbors_detail(self, interface: str | None) -> Iterable[state.LldpNeighbor]:
        return _more_answers.lldp_neighbors_detail(self._ask("get_lldp_neighbors_detail", interface or ""))

    def users(self) -> Iterable[state.User]:
        return _more_answers.users(self._ask("get_users"))

    def ntp_servers(self) -> Iterable[state.NtpServer]:
        return _more_answers.ntp_servers(self._ask("get_ntp_servers"))

    def ntp_peers(self) -> Iterable[state.NtpServer]:
        return _more_answers.ntp_servers(self._ask("get_ntp_peers"))

    def ntp_associations(self) -> Iterable[state.NtpAssociation]:
        return _more_answers.ntp_associations(self._ask("get_ntp_stats"))

    def snmp(self) -> state.Snmp:
        return _more_answers.snmp(self._ask("get_snmp_information"))

    def vlans(self) -> Iterable[state.Vlan]:
        return _answers.vlans(self._ask("get_vlans"))

    def mac_table(self) -> Iterable[state.MacEntry]:
        return _answers.mac_table(self._ask("get_mac_address_table"))

    def probe_configs(self) -> Iterable[state.ProbeConfig]:
        return _more_answers.probe_configs(self._ask("get_probes_config"))

    def probe_results(self) -> Iterable[state.ProbeResult]:
        return _more_answers.probe_results(self._ask("get_probes_results"))

    def running_config(self) -> str:
        text: str = self._ask("get_config", retrieve="running")["running"]
        return text

    def config(self, query: ConfigQuery) -> str:
        given: dict[str, Any] = {"retrieve": query.source.value}
        # Older drivers do not know what was added later: it is named only when it is asked for.
        if query.full:
            given["full"] = True
        if query.sanitized:
            given["sanitized"] = True
        if query.format is not ConfigFormat.TEXT:
            given["format"] = query.format.value
        text: str = self._ask("get_config", **given)[query.source.value]
        return text

    def ping(self, query: Ping) -> state.PingReport:
        answer = self._ask(
            "ping",
            query.destination,
            ttl=query.ttl,
            timeout=_more_answers.whole_seconds(query.timeout),
            size=query.size,
            count=query.count,
            **_given(source=query.source, source_interface=query.source_interface, vrf=query.network_instance),
        )
        return _more_answers.ping(answer, is_loss_percent=type(self._device).__module__.startswith("napalm.junos"))

    def traceroute(self, query: Traceroute) -> Iterable[state.Hop]:
        answer = self._ask(
            "traceroute",
            query.destination,
            ttl=query.ttl,
            timeout=_more_answers.whole_seconds(query.timeout),
            **_given(source=query.source, vrf=query.network_instance),
        )
        return list(_more_answers.traceroute(answer))

    def command(self, command: str) -> str:
        return str(self._ask("cli", [command])[command])

    def open_candidate(self) -> None:
        if self._found_pending() is not None:
            raise LockedError("a commit waits for its confirmation")
        self._before = self._running()
        self._staged = None

    def _running(self) -> str | None:
        return self.running_config() if self._has("get_config") else None

    def stage(self, mode: LoadMode, text: str) -> None:
        earlier = self._staged
        wanted = (mode, text)
        if earlier is not None and mode is LoadMode.MERGE:
            if earlier[0] is LoadMode.REPLACE:
                raise UnsupportedError("NAPALM has no merge onto a replacement", operation="stage")
            wanted = (mode, f"{earlier[1].rstrip()}\n{text}")
        try:
            # Whether a second text is added to the first or takes its place is up to each driver: so there is only one.
            if earlier is not None:
                self._ask("discard_config")
            self._load(*wanted)
        except PeeringError:
            self._ask("discard_config")
            self._staged = None
            if earlier is not None:
                self._load(*earlier)
            self._staged = earlier
            raise
        self._staged = wanted

    def _load(self, mode: LoadMode, text: str) -> None:
        self._ask(f"load_{mode.value}_candidate", config=text)

    def diff(self) -> str:
        return str(self._ask("compare_config")) if self._staged is not None else ""

    def commit(self, options: CommitOptions) -> Pending | None:
        if self._running() != self._before:
            raise RejectedError("the running configuration changed since the candidate was opened")
        started = datetime.now(timezone.utc)
        window = {} if options.window is None else {"revert_in": _more_answers.whole_seconds(options.window)}
        try:
            self._commit(options.message, window)
        except Exception as error:
            raise failure(error, committing=True) from error
        self._staged = None
        if options.window is None:
            return None
        from uuid import uuid4

        self._made = Pending(
            token=Token(platform="", host="", id=uuid4().hex), deadline=started + options.window, holder="this session"
        )
        return self._made

    def _commit(self, message: str | None, window: Mapping[str, int]) -> None:
        if message is not None:
            try:
                self._device.commit_config(message=message, **window)
                return
            except NotImplementedError:
                pass  # no commit log there: refused before anything is sent, so it is said again without
        self._device.commit_config(**window)

    def _found_pending(self) -> Pending | None:
        if not self._offers.commit_confirmed or not self._ask("has_pending_commit"):
            self._made = None
            return None
        if self._made is not None:
            return self._made
        # NAPALM tells neither whose it is nor how long it has: it may end at any moment.
        token = Token(platform="", host="", id="unknown")
        return Pending(token=token, deadline=datetime.now(timezone.utc), holder="somebody else")

    def pending(self) -> Pending | None:
        return self._found_pending()

    def _mine(self, token: Token) -> None:
        found = self._found_pending()
        if found is None or self._made is None or token.id != self._made.token.id:
            raise NotFoundError("this commit is not pending any more, or another session made it")

    def confirm(self, token: Token) -> None:
        self._mine(token)
        self._end("confirm_commit")

    def revert(self, token: Token) -> None:
        # Without a pending commit `rollback` would take back the one before.
        self._mine(token)
        self._end("rollback")

    def _end(self, method: str) -> None:
        try:
            getattr(self._device, method)()
        except Exception as error:
            raise failure(error, committing=True) from error
        self._made = None

    def discard(self) -> None:
        self._staged = None
        self._ask("discard_config")

    def check(self) -> None:
        if not self._ask("is_alive")["is_alive"]:
            raise ClosedError("the connection has ended")

    def close(self) -> None:
        self._ask("close")


def _given(**options: Any) -> dict[str, str]:
    """The options that are there, as NAPALM takes them: older drivers do not know all of them."""
    return {name: str(value) for name, value in options.items() if value is not None}
