"""Real Nornir on simulated routers: connection, tasks, threads, failures of their own, inventories both ways."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from importlib import metadata
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

import pytest
from peering import Network, Secret
from peering.exceptions import AuthError, OptionsError
from peering.model import Platform, Status
from peering.model import Router as PlannedRouter
from peering.sim import (
    EosRouter,
    Fabric,
    FrrRouter,
    JunosRouter,
    Member,
    Port,
    RunningEos,
    RunningFrr,
    RunningJunos,
    User,
)

if importlib.util.find_spec("nornir") is None:
    pytest.skip("nornir is not installed", allow_module_level=True)

from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.plugins.inventory import InventoryPluginRegister
from nornir.core.task import Result, Task
from peering.nornir import (
    Peering,
    PeeringInventory,
    bgp_neighbors,
    configure,
    facts,
    inventory_from,
    network_from,
    router,
)

Running = RunningEos | RunningFrr | RunningJunos
USERS = (User(name="netops", password=Secret("netops-password")),)
PEER = IPv4Address("192.0.2.5")
CHANGES = {
    "eos": "router bgp 64501\n   neighbor 192.0.2.9 remote-as 64509",
    "frr": "router bgp 64501\n neighbor 192.0.2.9 remote-as 64509\n",
    "junos": "set protocols bgp group ix neighbor 192.0.2.9 peer-as 64509",
}
SHUTDOWNS = {
    "eos": "router bgp 64501\n   neighbor 192.0.2.5 shutdown",
    "frr": "router bgp 64501\n neighbor 192.0.2.5 shutdown\n",
    "junos": "deactivate protocols bgp group ix neighbor 192.0.2.5",
}


@pytest.fixture(autouse=True)
def plugins() -> None:
    """As the entry points of the installed package do."""
    ConnectionPluginRegister.register("peering", Peering)
    InventoryPluginRegister.register("PeeringInventory", PeeringInventory)


@pytest.fixture
def routers() -> Iterator[dict[str, Running]]:
    with ExitStack() as stack:
        running: dict[str, Running] = {}
        for name in ("eos", "frr", "junos"):
            fabric = Fabric()
            fabric.add_member(Member(asn=64505, expects=64501, addresses=(PEER,), ipv4_prefixes=40))
            router = _start(name, fabric)
            stack.callback(router.stop)
            assert router.wait_established(1)
            running[name] = router
        yield running


def _start(name: str, fabric: Fabric) -> Running:
    addresses = (IPv4Interface("192.0.2.1/24"),)
    if name == "eos":
        config = "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n"
        port = Port(name="Ethernet1", addresses=addresses)
        return EosRouter(name=name, ports=(port,), config=config, users=USERS, has_http=True).start(fabric)
    if name == "frr":
        config = "router bgp 64501\n no bgp ebgp-requires-policy\n neighbor 192.0.2.5 remote-as 64505\n"
        return FrrRouter(name=name, ports=(Port(name="lan0", addresses=addresses),), config=config, users=USERS).start(
            fabric
        )
    config = "set protocols bgp group ix type external neighbor 192.0.2.5 peer-as 64505"
    port = Port(name="ge-0/0/0", addresses=addresses)
    return JunosRouter(name=name, local_as=64501, ports=(port,), config=config, users=USERS).start(fabric)


def _trust(running: Running) -> dict[str, Any]:
    pinned = {"pinned": running.fingerprint}
    return {"tls": pinned} if isinstance(running, RunningEos) else {"host_key": pinned}


@pytest.fixture
def nr(routers: dict[str, Running], tmp_path: Path) -> Iterator[Nornir]:
    """Credentials from the defaults, the driver's options from a group, the rest from each host."""
    hosts = {
        name: {
            "hostname": running.host,
            "port": running.port,
            "platform": name,
            "groups": ["lan"],
            "connection_options": {"peering": {"extras": {**_trust(running), "ssh_config": "off"}}},
        }
        for name, running in routers.items()
    }
    eos = routers["eos"]
    assert isinstance(eos, RunningEos)
    # One more by plain HTTP, with its options from a group.
    hosts["eos-http"] = {"hostname": eos.host, "port": eos.http_port, "platform": "arista_eos", "groups": ["http"]}
    extras = {"driver": {"transport": "http"}, "timeouts": {"read": 20}}
    groups = {"lan": {}, "http": {"connection_options": {"peering": {"extras": extras}}}}
    files = {"hosts": hosts, "groups": groups, "defaults": {"username": "netops", "password": "netops-password"}}
    for name, content in files.items():
        (tmp_path / f"{name}.yaml").write_text(json.dumps(content))
    options = {
        "host_file": str(tmp_path / "hosts.yaml"),
        "group_file": str(tmp_path / "groups.yaml"),
        "defaults_file": str(tmp_path / "defaults.yaml"),
    }
    nornir = InitNornir(
        inventory={"plugin": "SimpleInventory", "options": options},
        runner={"plugin": "threaded", "options": {"num_workers": 4}},
        logging={"enabled": False},
    )
    yield nornir
    nornir.close_connections(on_failed=True)


def _only(nr: Nornir) -> Nornir:
    """One connection for each router."""
    return nr.filter(filter_func=lambda host: host.name != "eos-http")


def test_reads_of_all_at_once(nr: Nornir) -> None:
    names = {host: done[0].result.hostname for host, done in nr.run(task=facts).items()}
    assert names == {"eos": "eos", "eos-http": "eos", "frr": "frr", "junos": "junos"}
    done = nr.run(task=bgp_neighbors)
    assert not done.failed
    for peers in (one[0].result for one in done.values()):
        assert [(peer.address, peer.remote_as, peer.is_established) for peer in peers] == [(PEER, 64505, True)]


def test_a_task_of_ones_own(nr: Nornir) -> None:
    def version(task: Task) -> Result:
        return Result(host=task.host, result=router(task).platform)

    done = nr.run(task=version)
    assert {host: one[0].result for host, one in done.items()} == {
        "eos": "arista_eos", "eos-http": "arista_eos", "frr": "frr", "junos": "juniper_junos"
    }  # fmt: skip


def test_one_that_fails_fails_alone(nr: Nornir) -> None:
    nr.inventory.hosts["frr"].password = "hunter2"
    done = nr.run(task=facts)
    assert set(done.failed_hosts) == {"frr"}
    error = done["frr"].exception
    assert isinstance(error, AuthError) and "hunter2" not in str(done["frr"][0])
    assert done["junos"][0].result.hostname == "junos"


def test_a_dry_run_changes_nothing(nr: Nornir, routers: dict[str, Running]) -> None:
    def change(task: Task) -> Result:
        return configure(task, CHANGES[task.host.name], dry_run=True)

    done = _only(nr).run(task=change)
    for host, one in done.items():
        assert one[0].changed and "192.0.2.9" in one[0].diff
        assert "192.0.2.9" not in routers[host].running_config


def test_a_change_is_confirmed_when_the_sessions_stay(nr: Nornir, routers: dict[str, Running]) -> None:
    def change(task: Task) -> Result:
        return configure(task, CHANGES[task.host.name], window=timedelta(minutes=2), within=timedelta(seconds=10))

    done = _only(nr).run(task=change)
    assert not done.failed, [one.exception for one in done.values()]
    for host, one in done.items():
        assert one[0].changed and "192.0.2.9" in one[0].diff
        assert [peer.address for peer in one[0].result.established] == [PEER]
        assert "192.0.2.9" in routers[host].running_config
    # The same again is no change.
    assert not any(one[0].changed for one in _only(nr).run(task=change).values())


def test_a_change_that_cuts_a_session_is_taken_back(nr: Nornir, routers: dict[str, Running]) -> None:
    before = {host: running.running_config for host, running in routers.items()}

    def change(task: Task) -> Result:
        return configure(task, SHUTDOWNS[task.host.name], window=timedelta(minutes=2), within=timedelta(seconds=1))

    done = _only(nr).run(task=change)
    assert set(done.failed_hosts) == {"eos", "frr", "junos"}
    for host, one in done.items():
        assert one[0].failed and not one[0].changed and one[0].exception is None
        assert [peer.address for peer in one[0].result.down] == [PEER]
        assert _stripped(routers[host].running_config) == _stripped(before[host])


def _stripped(config: str) -> list[str]:
    """Without the time of the last commit."""
    return [line for line in config.splitlines() if not line.startswith(("#", "!"))]


def test_a_plain_commit_and_a_replacement(nr: Nornir, routers: dict[str, Running]) -> None:
    only = nr.filter(name="eos")
    before = routers["eos"].running_config
    assert only.run(task=configure, text=CHANGES["eos"])["eos"][0].changed
    assert "192.0.2.9" in routers["eos"].running_config
    assert only.run(task=configure, text=before, replace=True)["eos"][0].changed
    assert routers["eos"].running_config == before


def test_what_makes_no_sense_is_said() -> None:
    with pytest.raises(OptionsError, match="no platform"):
        Peering().open("r1", "u", "p", None, None)
    with pytest.raises(OptionsError, match="colour"):
        Peering().open("r1", "u", "p", None, "frr", extras={"colour": "red"})
    with pytest.raises(OptionsError, match="no driver is called"):
        Peering().open("r1", "u", "p", None, "nosuch")


def test_inventory_from_a_network_and_back(tmp_path: Path, routers: dict[str, Running]) -> None:
    network = Network(
        platforms=(Platform(name="Free Range", driver="frr"),),
        routers=(
            PlannedRouter(
                name="r1",
                hostname=routers["frr"].host,
                platform="Free Range",
                tags=("core",),
                local_context_data={"site": "ams"},
            ),
            PlannedRouter(name="r2", hostname="192.0.2.2", platform="Free Range", status=Status.DISABLED),
        ),
    )
    (tmp_path / "network.json").write_text(network.to_json())
    options = {"network": str(tmp_path / "network.json"), "username": "netops", "password": "netops-password"}
    nornir = InitNornir(inventory={"plugin": "PeeringInventory", "options": options}, logging={"enabled": False})
    assert list(nornir.inventory.hosts) == ["r1"] and nornir.filter(site="ams").inventory.hosts
    host = nornir.inventory.hosts["r1"]
    assert (host.platform, host.username, host.has_parent_group("core")) == ("frr", "netops", True)
    host.port = routers["frr"].port
    host.connection_options["peering"] = _options(routers["frr"])
    assert nornir.run(task=facts)["r1"][0].result.hostname == "frr"
    nornir.close_connections()

    again = network_from(inventory_from(network))
    assert [one.name for one in again.routers] == ["r1"] and again.routers[0].tags == ("core",)
    assert again.platforms[0].driver == "frr" and again.routers[0].local_context_data == {"site": "ams"}
    assert again.problems() == ()


def _options(running: Running) -> Any:
    from nornir.core.inventory import ConnectionOptions

    return ConnectionOptions(extras={**_trust(running), "ssh_config": "off"})


def test_nornir_finds_the_plugins_of_the_installed_package() -> None:
    found = {
        point.value for point in metadata.entry_points(group="nornir.plugins.connections") if point.name == "peering"
    }
    if not found:
        pytest.skip("peering is on the path here, and not installed")
    assert found == {"peering.nornir:Peering"}
    inventories = {point.name: point.value for point in metadata.entry_points(group="nornir.plugins.inventory")}
    assert inventories["PeeringInventory"] == "peering.nornir:PeeringInventory"
