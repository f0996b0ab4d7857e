"""NAPALM itself with our drivers: `napalm.get_network_driver`, Nornir, and NAPALM's own drivers beside ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

import pytest
from peering import Secret
from peering.sim import EosRouter, Fabric, JunosRouter, Member, Port, RunningEos, RunningJunos, User

napalm = pytest.importorskip("napalm", reason="needs NAPALM")
PACKAGE = Path(__file__).parent.parent / "napalm" / "src"

USERS = (User(name="netops", password=Secret("netops-password")),)
GETTERS = (
    "get_arp_table",
    "get_bgp_config",
    "get_bgp_neighbors",
    "get_bgp_neighbors_detail",
    "get_config",
    "get_environment",
    "get_facts",
    "get_interfaces",
    "get_interfaces_counters",
    "get_interfaces_ip",
    "get_ipv6_neighbors_table",
    "get_lldp_neighbors",
    "get_lldp_neighbors_detail",
    "get_mac_address_table",
    "get_network_instances",
    "get_ntp_servers",
    "get_optics",
    "get_snmp_information",
    "get_users",
    "get_vlans",
)
#: What the simulator has no answer for that both clients take; tested on NAPALM's recordings.
NOT_SIMULATED: dict[str, set[str]] = {"eos": set(), "junos": {"get_mac_address_table"}}


@pytest.fixture(autouse=True)
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`custom_napalm` from this tree, unless it is installed; a folder of its own for what is trusted."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    if str(PACKAGE) not in sys.path:
        monkeypatch.syspath_prepend(str(PACKAGE))


def lan(name: str) -> tuple[Port]:
    return (Port(name=name, addresses=(IPv4Interface("192.0.2.1/24"),)),)


@pytest.fixture(params=["eos", "junos"])
def router(request: pytest.FixtureRequest) -> Iterator[RunningEos | RunningJunos]:
    fabric = Fabric(delay=timedelta(milliseconds=50))
    member = Member(asn=64505, expects=64501, addresses=(IPv4Address("192.0.2.5"),), ipv4_prefixes=40)
    fabric.add_member(member)
    if request.param == "eos":
        config = "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\nneighbor 192.0.2.5 description Five\n"
        options = EosRouter(name="r1", ports=lan("Ethernet1"), config=config, users=USERS)
        with options.start(fabric) as eos:
            assert eos.wait_established(1)
            yield eos
        return
    config = "set protocols bgp group ix type external neighbor 192.0.2.5 peer-as 64505"
    with JunosRouter(name="r1", local_as=64501, ports=lan("ge-0/0/0"), config=config, users=USERS).start(fabric) as one:
        assert one.wait_established(1)
        yield one


def platform(router: RunningEos | RunningJunos) -> str:
    return "eos" if isinstance(router, RunningEos) else "junos"


def opened(kind: Any, router: RunningEos | RunningJunos) -> Any:
    return kind(router.host, "netops", "netops-password", optional_args={"port": router.port})


def own(name: str) -> Any:
    """NAPALM's own driver, by its home."""
    from napalm.eos import EOSDriver  # type: ignore[import-untyped]
    from napalm.junos import JunOSDriver  # type: ignore[import-untyped]

    return {"eos": EOSDriver, "junos": JunOSDriver}[name]


@pytest.mark.parametrize("name", ["eos", "JunOS", "frr", "custom_napalm.junos"])
def test_napalm_finds_ours(name: str) -> None:
    from napalm.base import NetworkDriver  # type: ignore[import-untyped]

    kind = napalm.get_network_driver(name)
    assert kind.__module__.startswith("custom_napalm.") and issubclass(kind, NetworkDriver)


def close_enough(ours: Any, theirs: Any, way: str = "") -> None:
    """Equal, types of keys and values included; times may have gone on between the two."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict) and set(ours) == set(theirs), way
        assert {type(key) for key in ours} == {type(key) for key in theirs}, way
        for key in theirs:
            close_enough(ours[key], theirs[key], f"{way}.{key}")
    elif isinstance(theirs, list):
        assert isinstance(ours, list) and len(ours) == len(theirs), way
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            close_enough(one, other, f"{way}.{number}")
    elif isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        assert type(ours) is type(theirs), (way, ours, theirs)
        assert ours == pytest.approx(theirs, abs=30), way
    else:
        assert (type(ours), ours) == (type(theirs), theirs), way


@pytest.mark.parametrize("getter", GETTERS)
def test_the_same_as_from_napalms_own(router: RunningEos | RunningJunos, getter: str) -> None:
    name = platform(router)
    if getter in NOT_SIMULATED[name]:
        pytest.skip("the simulator does not play it")
    with opened(own(name), router) as theirs:
        try:
            expected = getattr(theirs, getter)()
        except NotImplementedError:
            pytest.skip("NAPALM does not have it")
    with opened(napalm.get_network_driver(name), router) as ours:
        answer = getattr(ours, getter)()
    if (name, getter) == ("junos", "get_interfaces_counters"):
        # ours asks for all interfaces, as NAPALM's recordings have them
        answer = {interface: answer[interface] for interface in expected}
    close_enough(answer, expected)


def test_nothing_that_napalms_own_does_not_have(router: RunningEos | RunningJunos) -> None:
    from napalm.base import NetworkDriver

    kind = own(platform(router))
    lacking = [
        name for name in dir(kind) if name.startswith("get_") and getattr(kind, name) is getattr(NetworkDriver, name)
    ]
    assert "get_firewall_policies" in lacking
    with opened(napalm.get_network_driver(platform(router)), router) as ours:
        for name in lacking:
            with pytest.raises(NotImplementedError):
                getattr(ours, name)()


@pytest.mark.parametrize("method", ["ping", "traceroute"])
def test_probes_as_napalms_own(router: RunningEos | RunningJunos, method: str) -> None:
    name = platform(router)
    for destination in ("192.0.2.5", "192.0.2.77"):
        with opened(own(name), router) as theirs, opened(napalm.get_network_driver(name), router) as ours:
            close_enough(getattr(ours, method)(destination), getattr(theirs, method)(destination))


def test_commands_as_with_napalms_own(router: RunningEos | RunningJunos) -> None:
    name = platform(router)
    commands = {
        "eos": ["show version", "show ip bgp summary"],
        "junos": ["show version | match Junos", "show configuration system | except xyz", "show bgp summary"],
    }[name]
    with opened(own(name), router) as theirs, opened(napalm.get_network_driver(name), router) as ours:
        expected = theirs.cli(commands)
        assert {command: text.strip() for command, text in ours.cli(commands).items()} == {
            command: text.strip() for command, text in expected.items()
        }


def test_a_script_of_napalms(router: RunningEos | RunningJunos) -> None:
    """The same script, with NAPALM's driver and with ours."""

    def script(kind: Any) -> list[Any]:
        device = opened(kind, router)
        device.open()
        device.load_merge_candidate(config=hostname(name, "r2"))
        seen = [device.compare_config()]
        device.commit_config(revert_in=120)
        seen.append(device.has_pending_commit())
        device.confirm_commit()
        seen.append(device.has_pending_commit())
        device.load_replace_candidate(config=router.running_config.replace("r2", "r3"))
        seen.append(device.compare_config())
        device.commit_config()
        seen.append("r3" in router.running_config)
        device.rollback()
        seen.append("r3" in router.running_config)
        device.load_merge_candidate(config=hostname(name, "r1"))
        device.discard_config()
        seen.append(device.compare_config())
        device.load_merge_candidate(config=hostname(name, "r1"))
        device.commit_config()
        device.close()
        return seen

    name = platform(router)
    expected = script(own(name))
    assert script(napalm.get_network_driver(name)) == expected
    assert "r2" in expected[0] and "r3" in expected[3]
    assert [*expected[1:3], *expected[4:]] == [True, False, True, False, ""]


def test_exceptions_are_napalms(router: RunningEos | RunningJunos) -> None:
    from napalm.base import exceptions
    from peering.napalm import exceptions as also

    kind = napalm.get_network_driver(platform(router))
    with pytest.raises(exceptions.ConnectAuthError):
        kind(router.host, "netops", "wrong", optional_args={"port": router.port}).open()
    with opened(kind, router) as device:
        with pytest.raises(exceptions.MergeConfigException) as refused:
            device.load_merge_candidate(config="no such words")
        assert isinstance(refused.value, also.MergeConfigException)
        with pytest.raises(exceptions.CommandErrorException):
            device.cli(["no such command"])


def test_templates_of_napalms(router: RunningEos | RunningJunos) -> None:
    with opened(napalm.get_network_driver(platform(router)), router) as device:
        device.load_template("set_ntp_servers", servers=["192.0.2.250"])
        assert "192.0.2.250" in device.compare_config()
        device.load_template("x", template_source="{{ line }}", line=hostname(platform(router), "r3"))
        assert "r3" in device.compare_config()


def hostname(name: str, text: str) -> str:
    return f"hostname {text}" if name == "eos" else f"set system host-name {text}"


def test_validated(router: RunningEos | RunningJunos) -> None:
    wanted = [{"get_facts": {"hostname": "r1"}}, {"get_interfaces_ip": {"lo9": {}}}]
    with opened(napalm.get_network_driver(platform(router)), router) as device:
        report = device.compliance_report(validation_source=wanted)
    assert report["get_facts"]["complies"] and not report["complies"]


def test_nornir(router: RunningEos | RunningJunos) -> None:
    """Nornir's `napalm_get` takes our driver, and gives what it gives with NAPALM's own."""
    pytest.importorskip("nornir_napalm", reason="needs nornir-napalm")
    from nornir.core import Nornir
    from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
    from nornir.core.plugins.connections import ConnectionPluginRegister
    from nornir.plugins.runners import SerialRunner
    from nornir_napalm.plugins.tasks import napalm_get

    ConnectionPluginRegister.auto_register()
    name, getters = platform(router), ["get_bgp_neighbors", "get_interfaces_ip", "get_network_instances"]
    host = Host(
        name="r1",
        hostname=router.host,
        port=router.port,
        username="netops",
        password="netops-password",
        platform=name,
    )
    nornir = Nornir(inventory=Inventory(Hosts({"r1": host}), Groups(), Defaults()), runner=SerialRunner())
    answer = nornir.run(task=napalm_get, getters=getters)["r1"]
    assert not answer.failed, answer.exception
    assert type(host.connections["napalm"].connection).__module__ == f"custom_napalm.{name}"
    nornir.close_connections()
    with opened(own(name), router) as theirs:
        close_enough(answer.result, {getter: getattr(theirs, getter)() for getter in getters})
