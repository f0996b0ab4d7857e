"""netmiko's cisco_ios driver against the simulator, and against a real vtysh where the lab is up: the same tests.

Run: pytest tests/python (netmiko and pytest installed; cargo in the path, or the built program's path in
PEERING_SIMULATE).
"""

import json
import os
import pathlib

import pytest

netmiko = pytest.importorskip("netmiko")

from simulated import simulate  # noqa: E402


def real():
    """The lab's first router, when the lab is up: what works on the simulator must work there in the same way."""
    lab = dict(line.split("=", 1) for line in (pathlib.Path(os.environ["PEERING_LAB"]) / "env").read_text().split())
    return {
        "name": "r1",
        "host": "127.0.0.1",
        "port": int(lab["PEERING_LAB_PORT"]),
        "users": {"cli": lab["PEERING_LAB_PASSWORD"]},
    }


@pytest.fixture(scope="module", params=["simulated", "real"] if "PEERING_LAB" in os.environ else ["simulated"])
def router(request):
    if request.param == "real":
        yield real()
        return
    with simulate() as routers:
        yield {"name": "frr1", **routers[0]}


@pytest.fixture(params=["cisco_ios", "cisco_xe"])
def connection(router, request):
    with netmiko.ConnectHandler(
        device_type=request.param,
        host=router["host"],
        port=router["port"],
        username="cli",
        password=router["users"]["cli"],
    ) as connection:
        yield connection


def test_prompt_and_reads(router, connection):
    assert connection.find_prompt() == router["name"] + "#"
    assert connection.send_command("show version").startswith(f"FRRouting 8.4.4 ({router['name']})")
    summary = json.loads(connection.send_command("show bgp summary json"))
    assert summary["ipv4Unicast"]["as"] == 64501
    assert "% Unknown command: show nonsense" in connection.send_command("show nonsense")
    running = connection.send_command("show running-config")
    assert running.startswith("Building configuration...") and running.rstrip().endswith("end")


def test_configures_and_saves(router, connection):
    lines = ["router bgp 64501", "neighbor 192.0.2.81 remote-as 64581", "neighbor 192.0.2.81 bogus"]
    output = connection.send_config_set(lines)
    assert f"{router['name']}(config-router)# neighbor 192.0.2.81 bogus" in output
    assert "% Unknown command: neighbor 192.0.2.81 bogus" in output
    assert not connection.check_config_mode()
    assert "neighbor 192.0.2.81 remote-as 64581" in connection.send_command("show running-config")
    assert "[OK]" in connection.save_config()
    connection.send_config_set(["router bgp 64501", "no neighbor 192.0.2.81"])
    assert "192.0.2.81" not in connection.send_command("show running-config")


def test_a_wrong_password_is_refused(router):
    with pytest.raises(netmiko.NetmikoAuthenticationException):
        netmiko.ConnectHandler(
            device_type="cisco_ios", host=router["host"], port=router["port"], username="cli", password="wrong"
        )
