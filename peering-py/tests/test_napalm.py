"""NAPALM's interface on the simulator, without NAPALM."""

from __future__ import annotations

import logging
import pickle
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from peering import Secret
from peering.drivers import AristaEos, CandidateMode, EosTransport, JuniperJunos
from peering.exceptions import PeeringError
from peering.napalm import Driver, exceptions, get_network_driver
from peering.sim import (
    AtCommand,
    DropBefore,
    EosRouter,
    Fabric,
    Fault,
    FrrRouter,
    JunosRouter,
    Member,
    Port,
    RunningEos,
    RunningFrr,
    RunningJunos,
    User,
)
from peering.target import Ca, Known, Pinned, System, TrustOnFirstUse

Running: TypeAlias = RunningEos | RunningFrr | RunningJunos
USERS = (User(name="netops", password=Secret("netops-password")),)
#: How long a minute of the simulated Junos takes.
MINUTE = timedelta(seconds=2)
BGP = {
    "eos": "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n",
    "frr": "router bgp 64501\n no bgp ebgp-requires-policy\n neighbor 192.0.2.5 remote-as 64505\n",
    "junos": "set protocols bgp group ix type external neighbor 192.0.2.5 peer-as 64505",
}


def lan(name: str) -> tuple[Port]:
    return (Port(name=name, addresses=(IPv4Interface("192.0.2.1/24"),)),)


def started(platform: str, fabric: Fabric) -> Running:
    if platform == "eos":
        return EosRouter(name="r1", ports=lan("Ethernet1"), config=BGP["eos"], users=USERS).start(fabric)
    if platform == "frr":
        return FrrRouter(name="r1", ports=lan("lan0"), config=BGP["frr"], users=USERS).start(fabric)
    options = JunosRouter(
        name="r1", local_as=64501, ports=lan("ge-0/0/0"), config=BGP["junos"], users=USERS, minute=MINUTE
    )
    return options.start(fabric)


def driver(running: Running, **optional: Any) -> Driver:
    given: dict[str, Any] = {"port": running.port, "ssh_config_file": False, "fingerprint": running.fingerprint}
    if running.options.platform == "juniper_junos":
        given["minute"] = MINUTE
    kind = get_network_driver(running.options.platform)
    return kind(running.host, "netops", "netops-password", timeout=20, optional_args={**given, **optional})


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(params=["eos", "junos", "frr"])
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    fabric = Fabric(delay=timedelta(milliseconds=50))
    fabric.add_member(Member(asn=64505, expects=64501, addresses=(IPv4Address("192.0.2.5"),), ipv4_prefixes=40))
    with started(request.param, fabric) as router:
        assert router.wait_established(1)
        yield router


@pytest.fixture
def router(running: Running) -> Iterator[Driver]:
    with driver(running) as opened:
        yield opened


def renaming(router: Driver, name: str) -> str:
    return f"set system host-name {name}" if router.platform == "junos" else f"hostname {name}"


def test_names() -> None:
    for name in ("eos", "EOS", "napalm.eos", "napalm_eos", "custom_napalm.eos", "arista_eos"):
        assert get_network_driver(name).platform == "eos"
    assert get_network_driver("juniper_junos") is get_network_driver("junos")
    for name, words in {
        "ios-xr": "iosxr_netconf",
        "vyos": "there are arista_eos, cisco_ios",
        "": "text",
    }.items():
        with pytest.raises(exceptions.ModuleImportError, match=words):
            get_network_driver(name)


def test_getters(router: Driver) -> None:
    facts = router.get_facts()
    assert (facts["hostname"], type(facts["uptime"])) == ("r1", float)
    peer = router.get_bgp_neighbors()["global"]["peers"]["192.0.2.5"]
    assert (peer["is_up"], peer["remote_as"]) == (True, 64505)
    if router.platform != "frr":
        detail = router.get_bgp_neighbors_detail()
        (instance,) = detail
        assert list(detail[instance]) == [64505]
        with pytest.raises(ValueError, match="neighbor_address"):
            router.get_bgp_neighbors_detail("nowhere")
    assert router.is_alive() == {"is_alive": True}
    assert "192.0.2.5" in router.get_config(retrieve="running")["running"]
    with pytest.raises(NotImplementedError):
        router.get_firewall_policies()
    no_list: Any = "show version"
    with pytest.raises(TypeError):
        router.cli(no_list)
    with pytest.raises(exceptions.CommandErrorException):
        router.cli(["no such command"])


def test_reads_go_on_while_something_is_loaded(router: Driver) -> None:
    router.load_merge_candidate(config=renaming(router, "r2"))
    assert router.get_facts()["hostname"] == "r1"
    assert router.is_alive() == {"is_alive": True}
    if router.platform != "frr":
        assert "r2" in router.get_config(retrieve="candidate")["candidate"]
    router.discard_config()
    assert router.compare_config() == ""


def test_loaded_compared_discarded(running: Running, router: Driver, tmp_path: Path) -> None:
    before = running.running_config
    assert router.compare_config() == ""
    file = tmp_path / "change"
    file.write_text(renaming(router, "r2"))
    router.load_merge_candidate(filename=str(file), config="the file counts")
    assert "r2" in router.compare_config()
    assert router.has_pending_commit() is False
    router.load_merge_candidate(config=renaming(router, "r3"))
    assert "r3" in router.compare_config() and "r2" not in router.compare_config()
    router.discard_config()
    assert running.running_config == before
    router.load_merge_candidate(config="\n")
    assert router.compare_config() == ""
    router.commit_config()
    assert running.running_config == before


def test_committed_and_rolled_back(running: Running, router: Driver) -> None:
    router.load_merge_candidate(config=renaming(router, "r2"))
    router.commit_config()
    assert router.get_facts()["hostname"] == "r2"
    router.rollback()
    assert router.get_facts()["hostname"] == "r1"
    assert "r1" in running.startup_config and "r2" not in running.startup_config


def test_another_session_rolls_back(running: Running) -> None:
    if running.options.platform == "frr":
        pytest.skip("FRR keeps nothing to go back to")
    with driver(running) as router:
        router.load_merge_candidate(config=renaming(router, "r2"))
        router.commit_config()
    with driver(running) as router:
        router.rollback()
        assert router.get_facts()["hostname"] == "r1"


def test_replaced(running: Running, router: Driver) -> None:
    text = running.running_config.replace("r1", "r2")
    router.load_replace_candidate(config=text)
    router.commit_config()
    assert router.get_facts()["hostname"] == "r2"


def test_confirmed(running: Running, router: Driver) -> None:
    router.load_merge_candidate(config=renaming(router, "r2"))
    router.commit_config(revert_in=120)
    assert router.has_pending_commit() is True
    # the session reads on, and nothing else is committed
    assert router.get_facts()["hostname"] == "r2"
    with pytest.raises(exceptions.CommitError, match="waits"):
        router.commit_config()
    with pytest.raises((exceptions.LockError, exceptions.SessionLockedException)):
        router.load_merge_candidate(config=renaming(router, "r3"))
    router.confirm_commit()
    assert router.has_pending_commit() is False
    assert "r2" in running.startup_config
    with pytest.raises(exceptions.CommitError):
        router.confirm_commit()


def test_taken_back(running: Running, router: Driver) -> None:
    router.load_merge_candidate(config=renaming(router, "r2"))
    router.commit_config(revert_in=120)
    router.rollback()
    assert router.has_pending_commit() is False
    assert router.get_facts()["hostname"] == "r1"


def test_the_router_takes_it_back_itself(running: Running) -> None:
    window = 60 if running.options.platform == "juniper_junos" else 2
    with driver(running) as router:
        router.load_merge_candidate(config=renaming(router, "r2"))
        router.commit_config(revert_in=window)
    with driver(running) as router:
        assert router.has_pending_commit() is True
        until(lambda: not router.has_pending_commit())
        assert router.get_facts()["hostname"] == "r1"


def until(check: Callable[[], bool], most: float = 20.0) -> None:
    deadline = time.monotonic() + most
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_who_may_confirm_what_another_session_made(running: Running) -> None:
    with driver(running) as router:
        router.load_merge_candidate(config=renaming(router, "r2"))
        router.commit_config(revert_in=120)
    with driver(running) as router:
        if router.platform == "eos":
            with pytest.raises(exceptions.CommitError):
                router.confirm_commit()
            with pytest.raises(exceptions.CommitError, match="netops"):
                router.rollback()
        else:
            router.confirm_commit()
            assert not router.has_pending_commit()
            assert router.get_facts()["hostname"] == "r2"


def test_windows() -> None:
    with started("junos", Fabric()) as running, driver(running) as router:
        router.load_merge_candidate(config=renaming(router, "r2"))
        with pytest.raises(exceptions.CommitConfirmException, match="60"):
            router.commit_config(revert_in=90)
        assert "r2" in router.compare_config()
        router.commit_config(message="new name", revert_in=60)
        router.confirm_commit()
    with started("eos", Fabric()) as running, driver(running) as router:
        router.load_merge_candidate(config=renaming(router, "r2"))
        with pytest.raises(NotImplementedError):
            router.commit_config(message="new name")
        with pytest.raises(exceptions.CommitConfirmException):
            router.commit_config(revert_in=24 * 60 * 60)


def test_refused(router: Driver) -> None:
    with pytest.raises(exceptions.MergeConfigException) as refused:
        router.load_merge_candidate(config="no such words")
    assert isinstance(refused.value.__cause__, PeeringError)
    with pytest.raises(exceptions.ReplaceConfigException):
        router.load_replace_candidate(config="no such words")
    with pytest.raises(exceptions.ReplaceConfigException, match="empty"):
        router.load_replace_candidate(config="")
    with pytest.raises(exceptions.CommitError, match="nothing is loaded"):
        router.commit_config()
    with pytest.raises(ValueError, match="neither"):
        router.load_merge_candidate()
    # nothing stays locked
    router.load_merge_candidate(config=renaming(router, "r2"))


def test_held_by_another(running: Running, router: Driver) -> None:
    router.load_merge_candidate(config=renaming(router, "r2"))
    with driver(running) as other:
        with pytest.raises((exceptions.LockError, exceptions.SessionLockedException)):
            other.load_merge_candidate(config=renaming(router, "r3"))


def test_the_lock_from_the_beginning() -> None:
    with started("junos", Fabric()) as running:
        assert isinstance(running, RunningJunos)
        with driver(running, config_lock=True) as router:
            assert [session.has_lock for session in running.sessions] == [True]
            assert router.get_facts()["hostname"] == "r1"
            router.load_merge_candidate(config=renaming(router, "r2"))
            router.commit_config()
            assert [session.has_lock for session in running.sessions] == [True]
            with pytest.raises(exceptions.LockError):
                driver(running, config_lock=True).open()
        assert running.sessions == ()


def test_nobody_at_home(running: Running) -> None:
    running.stop()
    router = driver(running)
    with pytest.raises(exceptions.ConnectionException):
        router.open()
    assert router.is_alive() == {"is_alive": False}
    with pytest.raises(exceptions.ConnectionClosedException, match="open"):
        router.get_facts()
    router.close()


def test_not_let_in(running: Running) -> None:
    router = driver(running)
    wrong = type(router)(running.host, "netops", "wrong", optional_args=router.optional_args)
    with pytest.raises(exceptions.ConnectAuthError) as refused:
        wrong.open()
    assert "wrong" not in str(refused.value) + repr(wrong)


def test_the_link_fails(running: Running, router: Driver) -> None:
    command = {"eos": "show version", "junos": "get-software-information", "frr": "vtysh"}[router.platform]
    running.inject(Fault(at=AtCommand(command), kind=DropBefore(), times=None))
    with pytest.raises(exceptions.NapalmException):
        router.get_facts()
    running.clear_faults()


def test_what_is_seen_first_is_trusted_and_pinned(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "peering")
    with driver(running, fingerprint=None) as router:
        router.get_facts()
    until(lambda: "trusted on first use" in caplog.text)
    if running.options.platform != "juniper_junos":
        return
    port = running.port
    running.stop()
    users = USERS
    with JunosRouter(name="other", users=users, port=port).start(Fabric()) as other:
        with pytest.raises(exceptions.ConnectionException, match="changed"):
            driver(other, fingerprint=None).open()


def test_eos_over_ssh() -> None:
    with started("eos", Fabric()) as running:
        assert isinstance(running, RunningEos)
        target = running.ssh_target()
        assert isinstance(target.host_key, Pinned)
        with driver(running, transport="ssh", port=running.ssh_port, fingerprint=target.host_key.value) as router:
            assert router.get_facts()["vendor"] == "Arista" and router.is_alive() == {"is_alive": True}
            router.load_merge_candidate(config="hostname over-ssh")
            assert "+hostname over-ssh" in router.compare_config().splitlines()
            router.commit_config()
            assert "hostname over-ssh" in running.startup_config
            router.rollback()
            assert "hostname over-ssh" not in running.running_config
            with pytest.raises(exceptions.MergeConfigException, match="line 2"):
                router.load_merge_candidate(config="hostname other\nnonsense")
        assert running.requests == ()


def test_arguments_of_eos(tmp_path: Path) -> None:
    def made(**optional: Any) -> tuple[AristaEos, Any]:
        given = dict(optional)
        router: Any = get_network_driver("eos")("r1", "netops", "secret", optional_args=optional)
        assert optional == given, "the caller's own stay as they are"
        return router._driver, router._target

    options, target = made()
    assert (options.transport, options.enable) == (EosTransport.HTTPS, True)
    assert (target.tls, target.port) == (TrustOnFirstUse(), None)
    options, target = made(transport="http", port=8080, enable_password="more", eos_autoComplete=True)
    assert (options.transport, target.port) == (EosTransport.HTTP, 8080)
    assert (options.enable_password, options.auto_complete) == (Secret("more"), True)
    assert made(eos_transport="socket")[1].host == "unix:/var/run/command-api.sock"
    assert made(transport="socket", path="/run/eapi")[1].host == "unix:/run/eapi"
    assert made(transport="http_local")[1].port == 8080
    assert made(path="/command-api", port="8443")[1].port == 8443
    with pytest.raises(exceptions.ConnectionException, match="path"):
        made(path="/other")
    assert not made(force_no_enable=True)[0].enable
    assert made(enforce_verification=True)[1].tls == System()
    assert made(ssl_verify=True)[1].tls == System()
    assert made(ca_file="/etc/ca.pem")[1].tls == Ca(Path("/etc/ca.pem"))
    assert made(fingerprint="AB:CD")[1].tls == Pinned("AB:CD")
    assert made(context=ssl._create_unverified_context())[1].tls == TrustOnFirstUse()
    assert made(cert_file="/c", key_file="/k")[1].credentials.client_key == Path("/k")
    with pytest.raises(exceptions.ConnectionException, match="SSLContext"):
        made(context=ssl.create_default_context())
    options, target = made(transport="ssh", port=2222, secret="more", ssh_strict=True)
    assert (options.transport, options.enable_password) == (EosTransport.SSH, Secret("more"))
    assert (target.port, target.host_key) == (2222, Known())
    for transport in ("telnet", object):
        with pytest.raises(exceptions.ConnectionException, match="transport"):
            made(transport=transport)


def test_arguments_of_junos(caplog: pytest.LogCaptureFixture) -> None:
    def made(password: str = "secret", **optional: Any) -> tuple[JuniperJunos, Any]:
        router: Any = get_network_driver("junos")("r1", "netops", password, timeout=300, optional_args=optional)
        return router._driver, router._target

    options, target = made()
    assert (options.candidate, target.port, target.host_key) == (CandidateMode.EXCLUSIVE, None, TrustOnFirstUse())
    assert (target.timeouts.read, target.timeouts.change) == (timedelta(minutes=5), timedelta(minutes=5))
    assert (target.keepalive, target.credentials.agent) == (timedelta(seconds=30), False)
    assert made(password="")[1].credentials.agent
    assert made(config_private=True)[0].candidate is CandidateMode.PRIVATE
    target = made(key_file="~/.ssh/key", keepalive=0, port=830, ssh_strict=True, ssh_config_file="/etc/ssh")[1]
    assert (target.keepalive, target.port, target.host_key) == (None, 830, Known())
    assert target.credentials.private_key == Path.home() / ".ssh/key"
    assert target.credentials.passphrase == Secret("secret")
    assert made(allow_agent=True)[1].credentials.agent
    with pytest.raises(NotImplementedError):
        made(junos_config_database="candidate")
    caplog.set_level(logging.DEBUG, "peering.napalm")
    made(lock_disable=True, look_at_me=1)
    assert "lock_disable has no effect" in caplog.text and "look_at_me" in caplog.text


def test_templates(tmp_path: Path) -> None:
    folder = tmp_path / "junos" / "templates"
    folder.mkdir(parents=True)
    (folder / "name.j2").write_text("set system host-name {{ name }}\n")
    with started("junos", Fabric()) as running, driver(running) as router:
        router.load_template("name", template_path=str(tmp_path), name="r2")
        assert "r2" in router.compare_config()
        router.load_template("x", template_source="set system host-name {{ name }}", name="r3")
        assert "r3" in router.compare_config()
        with pytest.raises(exceptions.TemplateNotImplemented):
            router.load_template("nothing", template_path=str(tmp_path))
        with pytest.raises(exceptions.TemplateNotImplemented):
            router.load_template("set_hostname")
        with pytest.raises(exceptions.TemplateRenderException):
            router.load_template("x", template_source="{{ name")
        with pytest.raises(NotADirectoryError):
            router.load_template("x", template_path="templates")


def test_an_exception_survives_a_pickle() -> None:
    error = pickle.loads(pickle.dumps(exceptions.made("LockError", "held by netops")))
    assert type(error).__name__ == "LockError" and str(error) == "held by netops"
