"""NAPALM drivers as ours: its mock, its own eos and junos on simulated routers, and one that can do little."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import pytest
from peering import Credentials, Router, Secret, Target
from peering.driver import Read
from peering.exceptions import (
    AuthError,
    ConnectError,
    LockedError,
    NotFoundError,
    OptionsError,
    OutcomeUnknownError,
    ParseError,
    RejectedError,
    UnsupportedError,
)
from peering.sim import EosRouter, Fabric, JunosRouter, Member, Port, RunningEos, RunningJunos, User
from peering.state import AdminDown, BgpState, ConfigQuery, Exact, NeighborFamily, Ping, PrefixLimit, RouteQuery
from peering.target import Pinned

if importlib.util.find_spec("napalm") is None:
    pytest.skip("napalm is not installed", allow_module_level=True)

from napalm.base import exceptions as napalm_exceptions  # type: ignore[import-untyped]
from napalm.base.base import NetworkDriver  # type: ignore[import-untyped]
from peering.napalm import Bridge

USERS = (User(name="netops", password=Secret("netops-password")),)
LOGIN = Credentials(username="netops", password=Secret("netops-password"))


class LittleDriver(NetworkDriver):  # type: ignore[misc]
    """It can merge lines and has a timer, on a device in memory. What it answers is up to the test."""

    answers: dict[str, Any]

    def __init__(
        self, hostname: str, username: str, password: str, timeout: int = 60, optional_args: Any = None
    ) -> None:
        self.device = dict(optional_args)["device"]
        self.device.setdefault("lines", ["hostname r1"])
        self.password = password
        self.loaded: list[str] = []
        self.old: list[str] = []
        self.is_open = False

    def open(self) -> None:
        if self.password == "wrong":
            raise napalm_exceptions.ConnectAuthError("refused")
        self.is_open = True

    def close(self) -> None:
        self.is_open = False
        self.device["closed"] = True

    def is_alive(self) -> Any:
        return {"is_alive": self.is_open}

    def _answer(self, method: str) -> Any:
        answer = self.device["answers"][method]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get_facts(self) -> Any:
        return self._answer("get_facts")

    def get_bgp_neighbors(self) -> Any:
        return self._answer("get_bgp_neighbors")

    def get_bgp_config(self, group: str = "", neighbor: str = "") -> Any:
        return self._answer("get_bgp_config")

    def get_interfaces(self) -> Any:
        return self._answer("get_interfaces")

    def get_route_to(self, destination: str = "", protocol: str = "", longer: bool = False) -> Any:
        return self._answer("get_route_to")

    def ping(self, destination: str, *_: Any, **__: Any) -> Any:
        return self._answer("ping")

    def get_config(self, retrieve: str = "all", **_: Any) -> Any:
        return {"running": "".join(f"{line}\n" for line in self.device["lines"]), "startup": "", "candidate": ""}

    def load_merge_candidate(self, filename: Any = None, config: Any = None) -> None:
        if "bad" in config:
            raise napalm_exceptions.MergeConfigException("unknown: bad")
        self.loaded = config.split("\n")  # one text only: a second takes its place

    def compare_config(self) -> str:
        return "".join(f"+ {line}\n" for line in self.loaded if line and line not in self.device["lines"])

    def discard_config(self) -> None:
        self.loaded = []

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        if message:
            raise NotImplementedError("no messages")
        if "breaks" in self.loaded:
            raise ConnectionResetError("the cable")
        self.device["revert_in"] = revert_in
        self.old = list(self.device["lines"])
        self.device["lines"] = self.old + [line for line in self.loaded if line]
        self.loaded = []
        self.device["pending"] = revert_in is not None

    def confirm_commit(self) -> None:
        self.device["pending"] = False

    def has_pending_commit(self) -> bool:
        return bool(self.device.get("pending"))

    def rollback(self) -> None:
        self.device["lines"] = self.old
        self.device["pending"] = False


def little(device: dict[str, Any], password: str = "right") -> Router:
    target = Target(host="r1", credentials=Credentials(username="netops", password=Secret(password)))
    return Router.connect(Bridge(LittleDriver, optional_args={"device": device}), target)


def test_what_the_class_implements_is_what_is_offered() -> None:
    offers = Bridge(LittleDriver, optional_args={"device": {}}).capabilities()
    assert set(offers.reads) == {
        Read.FACTS,
        Read.BGP_INSTANCES,
        Read.BGP_NEIGHBORS,
        Read.BGP_CONFIG,
        Read.INTERFACES,
        Read.ROUTES,
        Read.PING,
        Read.RUNNING_CONFIG,
        Read.CONFIG,
    }
    assert (offers.merge, offers.replace, offers.validate) == (True, False, False)
    assert (offers.commit, offers.commit_confirmed) == (True, True)
    ios, iosxr = Bridge("ios").capabilities(), Bridge("iosxr").capabilities()
    assert ios.commit_confirmed and not iosxr.commit_confirmed and iosxr.minimum_window == timedelta()
    assert Read.OPTICS in ios and Read.OPTICS not in iosxr
    with little({}) as router:
        assert router.platform == "napalm_little"
        with pytest.raises(UnsupportedError):
            router.optics()


def test_sentinels_become_nothing() -> None:
    peer = {
        "local_as": 64500, "remote_as": 64501, "remote_id": "", "is_up": False, "is_enabled": False, "description": "",
        "uptime": -1, "address_family": {"ipv4": {"received_prefixes": -1, "accepted_prefixes": -1, "sent_prefixes": 0}},
    }  # fmt: skip
    up = {**peer, "is_up": True, "is_enabled": True, "uptime": 90, "remote_id": "192.0.2.7", "description": "x"}
    interface = {
        "is_up": True, "is_enabled": True, "description": "", "last_flapped": -1.0, "mtu": -1, "speed": -1.0,
        "mac_address": "",
    }  # fmt: skip
    answers = {
        "get_facts": {
            "vendor": "V", "os_version": "1", "hostname": "r1", "fqdn": "Unknown", "model": "", "serial_number": "None",
            "uptime": -1.0, "interface_list": ["e1"],
        },
        "get_bgp_neighbors": {
            "global": {"router_id": "192.0.2.254", "peers": {"192.0.2.1": peer, "fe80::1%e1": up}},
            "blue": {"router_id": "", "peers": {}},
        },
        "get_interfaces": {
            "e1": interface,
            "e2": {**interface, "speed": 1000.0, "mtu": 1500, "mac_address": "00:00:5E:00:53:01", "last_flapped": 12.0},
            "e3": {**interface, "last_flapped": 1_700_000_000.0, "mac_address": "Unspecified"},
        },
    }  # fmt: skip
    with little({"answers": answers}) as router:
        facts = router.facts()
        assert (facts.model, facts.serial_number, facts.fqdn, facts.uptime) == (None, None, None, None)
        down, established = router.bgp_neighbors()
        assert (down.state, down.down_reason, down.uptime) == (BgpState.IDLE, AdminDown(), None)
        assert (down.description, down.remote_router_id, down.network_instance) == (None, None, "default")
        assert down.families == (NeighborFamily(family="ipv4-unicast", sent=0),)
        assert established.is_established and established.uptime == timedelta(seconds=90)
        assert (str(established.address), established.interface) == ("fe80::1", "e1")
        assert established.remote_router_id == IPv4Address("192.0.2.7")
        one, two = router.bgp_instances()
        assert (one.router_id, one.local_as, two.router_id, two.network_instance) == (
            IPv4Address("192.0.2.254"), 64500, None, "blue"
        )  # fmt: skip
        e1, e2, e3 = router.interfaces()
        assert (e1.description, e1.mtu, e1.speed, e1.mac_address, e1.last_flapped) == (None,) * 5
        assert (e2.speed, e2.mac_address, e2.since_flap) == (1_000_000_000, "00:00:5e:00:53:01", timedelta(seconds=12))
        assert e3.last_flapped == datetime.fromtimestamp(1_700_000_000, timezone.utc)
        assert e3.mac_placeholder == "Unspecified"


def test_routes_policies_and_probes() -> None:
    path = {
        "protocol": "BGP", "current_active": True, "last_active": True, "age": 5, "next_hop": "192.0.2.1",
        "outgoing_interface": "e1", "selected_next_hop": True, "preference": 20, "inactive_reason": "",
        "routing_table": "blue.inet.0",
        "protocol_attributes": {
            "as_path": "64501 {64502 64503}", "communities": ["64501:1", "64501:1:2", "target:1:2"], "metric": 7,
            "local_preference": 100, "remote_as": 64501, "local_as": 64500, "remote_address": "192.0.2.1",
        },
    }  # fmt: skip
    limit = {"inet": {"unicast": {"limit": 10, "teardown": {"threshold": 80, "timeout": 0}}}}
    group = {"type": "external", "prefix_limit": limit, "neighbors": {"192.0.2.1": {"nhs": True, "description": ""}}}
    sent = {"probes_sent": 5, "packet_loss": 1, "rtt_min": 1.0, "rtt_avg": 1.5, "rtt_max": 2.0, "rtt_stddev": 0.1}
    answers = {
        "get_route_to": {"198.51.100.0/24": [path], "0.0.0.0/0": [path]},
        "get_bgp_config": {"_": {"neighbors": {}}, "peers": group},
        "ping": {"success": {**sent, "results": [{"ip_address": "192.0.2.1", "rtt": 1.0}]}},
    }
    with little({"answers": answers}) as router:
        (route,) = router.routes(RouteQuery(matching=Exact(IPv4Network("198.51.100.0/24"))))
        assert (route.network_instance, route.table, route.protocol) == ("blue", "blue.inet.0", "bgp")
        assert route.bgp is not None and route.bgp.as_path == (64501, 64502, 64503)
        assert route.bgp.communities == ("64501:1",) and route.bgp.large_communities == ("64501:1:2",)
        loose, peers = router.bgp_config()
        assert loose.name is None and peers.name == "peers" and peers.neighbors[0].next_hop_self
        assert peers.prefix_limits == (PrefixLimit(family="ipv4-unicast", limit=10, threshold=80),)
        report = router.ping(Ping(destination="192.0.2.1"))
        assert (report.sent, report.lost, report.average) == (5, 1, 1.5)


def test_exceptions_are_mapped() -> None:
    cases: list[tuple[Exception, type[Exception]]] = [
        (napalm_exceptions.CommandErrorException("% Invalid"), RejectedError),
        (napalm_exceptions.SessionLockedException("held"), LockedError),
        (NotImplementedError(), UnsupportedError),
        (KeyError("uptime"), ParseError),
    ]
    for raised, kind in cases:
        with little({"answers": {"get_facts": raised}}) as router, pytest.raises(kind):
            router.facts()
    with pytest.raises(AuthError) as caught:
        little({}, password="wrong")
    assert "wrong" not in str(caught.value)
    with pytest.raises(OptionsError, match="NAPALM has no driver"):
        Bridge("nosuch")


def test_a_check_that_napalm_would_not_make_is_refused() -> None:
    with pytest.raises(OptionsError, match="host_key"):
        Router.connect(Bridge("junos"), Target(host="r1", host_key=Pinned("SHA256:abc")))


def test_two_texts_are_one_candidate_and_a_refusal_keeps_it() -> None:
    device: dict[str, Any] = {}
    with little(device) as router:
        candidate = router.candidate()
        candidate.merge("peer a")
        candidate.merge("peer b\n")
        with pytest.raises(RejectedError, match="unknown: bad"):
            candidate.merge("bad")
        assert str(candidate.diff()) == "+ peer a\n+ peer b\n"
        candidate.commit("a message that it has no place for")
    assert device["lines"] == ["hostname r1", "peer a", "peer b"] and device["revert_in"] is None
    assert device["closed"]


def test_a_pending_commit() -> None:
    device: dict[str, Any] = {}
    with little(device) as router:
        candidate = router.candidate()
        candidate.merge("peer a")
        confirming = candidate.commit_confirmed(timedelta(seconds=61))
        assert device["revert_in"] == 120
        assert timedelta(seconds=110) < confirming.remaining <= timedelta(seconds=120)
        with little(device) as other:
            (left,) = other.leftovers
            assert left.value.holder == "somebody else"  # type: ignore[union-attr]
            with pytest.raises(LockedError):
                other.candidate()
            with pytest.raises(NotFoundError):
                other.reattach(confirming.token)
        confirming.revert()
        assert device["lines"] == ["hostname r1"] and router.pending() is None

        candidate = router.candidate()
        candidate.merge("peer a")
        confirming = candidate.commit_confirmed(timedelta(minutes=1))
        device["pending"] = False  # its time is over
        with pytest.raises(NotFoundError):
            confirming.revert()
        assert device["lines"] == ["hostname r1", "peer a"]


def test_a_commit_that_breaks_and_one_that_came_too_late() -> None:
    device: dict[str, Any] = {}
    with little(device) as router:
        candidate = router.candidate()
        candidate.merge("breaks")
        with pytest.raises(OutcomeUnknownError):
            candidate.commit()
    with little(device) as router:
        candidate = router.candidate()
        candidate.merge("peer a")
        device["lines"].append("somebody else was here")
        with pytest.raises(RejectedError, match="changed since"):
            candidate.commit()
    assert device["lines"] == ["hostname r1", "somebody else was here"]


def test_napalms_mock(tmp_path: Path) -> None:
    facts = {
        "vendor": "Mock", "os_version": "1", "hostname": "m1", "fqdn": "m1.example.net", "model": "M",
        "serial_number": "1", "uptime": 120.0, "interface_list": [],
    }  # fmt: skip
    (tmp_path / "get_facts.1").write_text(json.dumps(facts))
    (tmp_path / "load_merge_candidate.1").write_text("{}")
    (tmp_path / "get_config.1").write_text('{"running": "a", "startup": "", "candidate": ""}')
    (tmp_path / "get_config.2").write_text('{"running": "a", "startup": "", "candidate": ""}')
    (tmp_path / "compare_config.1").write_text('{"diff": "+ peer"}')
    (tmp_path / "commit_config.1").write_text("{}")
    with Router.connect(Bridge("mock", optional_args={"path": str(tmp_path)}), Target(host="m1")) as router:
        assert router.facts().uptime == timedelta(minutes=2)
        with pytest.raises(UnsupportedError, match="mocked data"):
            router.optics()
        candidate = router.candidate()
        candidate.merge("peer")
        assert candidate.diff().expose() == "+ peer"
        candidate.commit()
    with pytest.raises(ConnectError, match="You told me"):
        Router.connect(Bridge("mock", optional_args={"fail_on_open": True}), Target(host="m1"))


@pytest.fixture
def fabric() -> Fabric:
    fabric = Fabric()
    fabric.add_member(Member(asn=64505, expects=64501, addresses=(IPv4Address("192.0.2.5"),), ipv4_prefixes=40))
    return fabric


@pytest.fixture
def eos(fabric: Fabric) -> Iterator[RunningEos]:
    ports = (Port(name="Ethernet1", addresses=(IPv4Interface("192.0.2.1/24"),)),)
    config = "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n"
    with EosRouter(name="r1", ports=ports, config=config, users=USERS, has_http=True).start(fabric) as running:
        running.wait_established(1)
        yield running


@pytest.fixture
def junos(fabric: Fabric) -> Iterator[RunningJunos]:
    ports = (Port(name="ge-0/0/0", addresses=(IPv4Interface("192.0.2.1/24"),)),)
    config = "set protocols bgp group ix type external neighbor 192.0.2.5 peer-as 64505"
    with JunosRouter(name="r1", local_as=64501, ports=ports, config=config, users=USERS).start(fabric) as running:
        running.wait_established(1)
        yield running


def test_napalms_eos(eos: RunningEos) -> None:
    bridge = Bridge("eos", optional_args={"transport": "http"}, window_step=timedelta(seconds=1), memory_unit=1024)
    target = Target(host=eos.host, port=eos.http_port, credentials=LOGIN)
    with Router.connect(bridge, target) as router, Router.connect("arista_eos", eos.target()) as ours:
        assert router.facts().hostname == ours.facts().hostname == "r1"
        assert router.facts().interfaces == ours.facts().interfaces
        (theirs,), (own,) = router.bgp_neighbors(), ours.bgp_neighbors()
        assert theirs.is_established and (theirs.address, theirs.remote_as) == (own.address, own.remote_as)
        family, same = theirs.family("ipv4-unicast"), own.family("ipv4-unicast")
        assert family is not None and same is not None and family.accepted == same.accepted == 40
        assert {one.name: one.mtu for one in router.interfaces()} == {one.name: one.mtu for one in ours.interfaces()}
        assert [one.addresses for one in router.interface_addresses() if one.addresses] == [
            (IPv4Interface("192.0.2.1/24"),)
        ]
        assert "neighbor 192.0.2.5" in router.running_config() and router.config(ConfigQuery()) != ""
        candidate = router.candidate()
        candidate.merge("router bgp 64501\n   neighbor 192.0.2.9 remote-as 64509")
        assert candidate.diff().added > 0
        confirming = candidate.commit_confirmed(timedelta(seconds=90))
        health = confirming.wait_for_sessions([IPv4Address("192.0.2.5")], timedelta(seconds=5))
        assert health.is_healthy and "192.0.2.9" in eos.running_config
        confirming.confirm()
        assert router.pending() is None and "192.0.2.9" in eos.startup_config
        candidate = router.candidate()
        candidate.merge("router bgp 64501\n   no neighbor 192.0.2.9")
        candidate.commit_confirmed(timedelta(seconds=90)).revert()
        assert "192.0.2.9" in eos.running_config
        with router.candidate() as candidate, pytest.raises(RejectedError):
            candidate.merge("router bgp 64501\n   nonsense")
    wrong = target.replace(credentials=Credentials(username="netops", password=Secret("hunter2")))
    with pytest.raises(AuthError) as caught:
        Router.connect(bridge, wrong)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ConnectError):
        Router.connect(bridge, target.replace(port=1))


def test_napalms_junos(junos: RunningJunos) -> None:
    target = Target(host=junos.host, port=junos.port, credentials=LOGIN)
    with Router.connect(Bridge("junos"), target) as router:
        assert router.facts().hostname == "r1"
        (peer,) = router.bgp_neighbors()
        assert peer.is_established and (str(peer.address), peer.remote_as) == ("192.0.2.5", 64505)
        assert "192.0.2.5" in router.running_config()
        candidate = router.candidate()
        candidate.merge("set protocols bgp group ix neighbor 192.0.2.9 peer-as 64509")
        assert "192.0.2.9" in candidate.diff().expose()
        confirming = candidate.commit_confirmed(timedelta(minutes=1))
        confirming.confirm()
        assert "192.0.2.9" in junos.running_config and router.pending() is None
        candidate = router.candidate()
        candidate.merge("delete protocols bgp group ix neighbor 192.0.2.9")
        candidate.commit_confirmed(timedelta(minutes=1)).revert()
        assert "192.0.2.9" in junos.running_config
    with pytest.raises(AuthError):
        Router.connect(
            Bridge("junos"), target.replace(credentials=Credentials(username="netops", password=Secret("hunter2")))
        )
