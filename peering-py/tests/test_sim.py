"""The simulated LAN: `peering.sim`."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Interface
from typing import TypeAlias

import pytest
from peering import Router, Secret
from peering.drivers import AristaEos, CiscoIosxr, EosTransport, IosxrTransport
from peering.exceptions import ConnectError, OptionsError, PeeringError, RejectedError, UnsupportedError
from peering.sim import (
    AtCommand,
    DropBefore,
    EosRouter,
    Fabric,
    Fail,
    Fault,
    FrrRouter,
    JunosRouter,
    Member,
    Port,
    RunningEos,
    RunningFrr,
    RunningJunos,
    User,
    XrRouter,
)

USERS = (User(name="netops", password=Secret("netops-password")),)
MEMBER = Member(asn=64505, expects=64501, addresses=(IPv4Address("192.0.2.5"),), ipv4_prefixes=40)
Running: TypeAlias = RunningFrr | RunningEos | RunningJunos


def lan(name: str) -> tuple[Port]:
    return (Port(name=name, addresses=(IPv4Interface("192.0.2.1/24"),)),)


FRR = "router bgp 64501\n no bgp ebgp-requires-policy\n neighbor 192.0.2.5 remote-as 64505\n"


def frr(fabric: Fabric) -> RunningFrr:
    return FrrRouter(name="r1", ports=lan("lan0"), config=FRR, users=USERS).start(fabric)


def eos(fabric: Fabric) -> RunningEos:
    config = "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n"
    return EosRouter(name="r1", ports=lan("Ethernet1"), config=config, users=USERS, has_http=True).start(fabric)


def junos(fabric: Fabric, minute: timedelta = timedelta(seconds=60)) -> RunningJunos:
    config = "set protocols bgp group ix type external neighbor 192.0.2.5 peer-as 64505"
    router = JunosRouter(name="r1", local_as=64501, ports=lan("ge-0/0/0"), config=config, users=USERS, minute=minute)
    return router.start(fabric)


STARTS: dict[str, Callable[[Fabric], Running]] = {"frr": frr, "arista_eos": eos, "juniper_junos": junos}


@pytest.fixture(params=STARTS)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    fabric = Fabric(delay=timedelta(milliseconds=50))
    fabric.add_member(MEMBER)
    with STARTS[request.param](fabric) as router:
        yield router


def test_our_drivers_reach_it(running: Running) -> None:
    assert running.wait_established(1)
    with Router.connect(running.driver, running.target()) as router:
        assert router.facts().hostname == "r1"
        (neighbor,) = router.bgp_neighbors()
        assert (neighbor.remote_as, neighbor.is_established) == (64505, True)


def test_a_member_goes_and_comes() -> None:
    fabric = Fabric(delay=timedelta(milliseconds=20))
    member = fabric.add_member(MEMBER.replace(is_up=False))
    with junos(fabric) as router:
        assert not router.wait_established(1, timedelta(milliseconds=100))
        fabric.change_member(member, is_up=True)
        assert router.wait_established(1)
        assert fabric.member(member).is_up
        with pytest.raises(TypeError):
            fabric.change_member(member, colour="red")
        with pytest.raises(OptionsError, match="addresses"):
            fabric.change_member(member, addresses=["nowhere"])


def test_faults_strike_as_often_as_told(running: Running) -> None:
    command = {"frr": "vtysh", "arista_eos": "show version", "juniper_junos": "get-software-information"}
    fault = Fault(at=AtCommand(command[running.options.platform]), kind=DropBefore())
    running.inject(fault)
    running.inject(fault)
    running.clear_faults()
    assert running.unplayed_faults == 0
    with Router.connect(running.driver, running.target()) as router:
        running.inject(fault)
        with pytest.raises(PeeringError):
            router.facts()
    assert running.unplayed_faults == 0
    running.inject(fault.replace(kind=Fail(status=1, output="% no"), times=None))
    assert running.unplayed_faults == 1


def test_an_operator_types_and_a_reboot_forgets(running: Running) -> None:
    is_junos = running.options.platform == "juniper_junos"
    before = running.running_config
    running.configure("set system host-name other" if is_junos else "hostname other")
    assert "other" in running.running_config
    if not is_junos:
        # Junos saves with every commit
        assert "other" not in running.startup_config
        running.reboot()
        assert running.running_config == before
    with pytest.raises(RejectedError):
        running.configure("no such words")


def test_stopping_refuses(running: Running) -> None:
    target, driver = running.target(), running.driver
    running.stop()
    with pytest.raises(ConnectError):
        Router.connect(driver, target)


def test_what_other_clients_need() -> None:
    with eos(Fabric()) as router:
        assert router.http_port is not None
        context = ssl.create_default_context(cadata=router.certificate)
        with socket.create_connection((router.host, router.port)) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secured:
                assert secured.version() in ("TLSv1.2", "TLSv1.3")
    with junos(Fabric()) as router:
        assert router.host_key.startswith("ssh-ed25519 ")
        assert (router.username, router.password) == ("netops", Secret("netops-password"))
        assert "netops-password" not in repr(router) + repr(router.target())
        assert router.target("nobody").credentials.password is None


def test_what_it_was_asked() -> None:
    with eos(Fabric()) as router, Router.connect(router.driver, router.target()) as connected:
        connected.facts()
        assert any("show version" in request.commands for request in router.requests)
        assert router.sessions == ()
    with junos(Fabric()) as one, Router.connect(one.driver, one.target()) as connected:
        (session,) = one.sessions
        assert (session.user, session.has_lock) == ("netops", False)
        connected.facts()
        assert "get-software-information" in one.requests
        assert (one.has_changes, one.has_pending_commit, one.loads) == (False, False, ())


def test_the_command_line_of_ios_xr_takes_a_change() -> None:
    config = "router bgp 64501\n neighbor 192.0.2.5\n  remote-as 64505\n !\n!\n"
    change = "router bgp 64501\n neighbor 192.0.2.77\n  remote-as 64577\n !\n!\n"
    with XrRouter(name="r1", ports=lan("GigabitEthernet0/0/0/0"), config=config, users=USERS).start(Fabric()) as r1:
        driver = CiscoIosxr(transport=IosxrTransport.SSH)
        with Router.connect(driver, r1.shell_target()) as router:
            assert router.capabilities.replace and not router.capabilities.commit_confirmed
            with router.candidate() as candidate:
                candidate.merge(change)
                assert "+ neighbor 192.0.2.77" in str(candidate.diff())
                candidate.commit("for AS64577")
            with router.candidate() as candidate, pytest.raises(UnsupportedError):
                candidate.commit_confirmed(timedelta(seconds=60))
            assert "  remote-as 64577\n" in router.running_config()
        assert "commit label peering-0 comment for AS64577" in [typed.line for typed in r1.typed]
        assert r1.requests == () and not r1.has_pending_commit


def test_eos_has_a_command_line_besides() -> None:
    with eos(Fabric()) as running:
        assert running.host_key.startswith("ssh-ed25519 ") and running.ssh_port != running.port
        with Router.connect(AristaEos(transport=EosTransport.SSH), running.ssh_target()) as router:
            assert router.facts().hostname == "r1"
            with router.candidate() as candidate:
                candidate.merge("hostname r2")
                candidate.commit()
        assert "hostname r2" in running.startup_config
        lines = [typed.line for typed in running.typed]
        assert lines.index("terminal length 0") < lines.index("enable") < lines.index("hostname r2")
        assert running.requests == ()


def test_options_that_make_no_sense() -> None:
    with pytest.raises(OptionsError, match="no interface of EOS"):
        EosRouter(ports=(Port(name="lan0"),)).start(Fabric())
    with pytest.raises(OptionsError, match="line 1"):
        FrrRouter(config="no such words").start(Fabric())
    with pytest.raises(OptionsError, match=r"ports.*addresses"):
        JunosRouter.from_dict({"ports": [{"name": "ge-0/0/0", "addresses": ["nowhere"]}]})


def test_awaited() -> None:
    async def run() -> bool:
        fabric = Fabric(delay=timedelta(milliseconds=20))
        fabric.add_member(MEMBER)
        options = FrrRouter(name="r1", ports=lan("lan0"), users=USERS)
        async with await options.start_async(fabric) as router:
            router.configure(FRR)
            return await router.wait_established_async(1)

    assert asyncio.run(run())
