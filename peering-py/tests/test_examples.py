"""The example scripts run, as a user runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from peering.sim import Fabric, FrrRouter, RunningFrr
from test_sim import MEMBER, USERS, lan

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
BGP = "router bgp 64501\n no bgp ebgp-requires-policy\n"
PEER = "router bgp 64501\n neighbor 192.0.2.5 remote-as 64505\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No known hosts yet, and nobody's SSH configuration."""
    folders = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    return {**os.environ, **folders, "PEERING_PASSWORD": USERS[0].password.expose(), "SSH_AUTH_SOCK": ""}


def run(environment: dict[str, str], script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLES / script), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def start(fabric: Fabric, config: str) -> RunningFrr:
    return FrrRouter(name="r1", ports=lan("lan0"), config=config, users=USERS).start(fabric)


def url(router: RunningFrr, port: int | None = None) -> str:
    return f"frr://netops@{router.host}:{port or router.port}"


def test_neighbors(environment: dict[str, str]) -> None:
    fabric = Fabric(delay=timedelta(milliseconds=20))
    fabric.add_member(MEMBER)
    with start(fabric, BGP + " neighbor 192.0.2.5 remote-as 64505\n") as router:
        assert router.wait_established(1)
        gone = start(Fabric(), BGP)
        gone.stop()
        done = run(environment, "neighbors.py", url(router), url(router, gone.port))
    assert done.stdout.split()[1:5] == ["192.0.2.5", "AS64505", "established", "40"]
    assert done.returncode == 1 and "connection failed" in done.stderr
    assert USERS[0].password.expose() not in done.stdout + done.stderr


@pytest.mark.parametrize("is_up", [True, False])
def test_configure(environment: dict[str, str], tmp_path: Path, is_up: bool) -> None:
    fabric = Fabric(delay=timedelta(milliseconds=20))
    fabric.add_member(MEMBER.replace(is_up=is_up))
    change = tmp_path / "change.txt"
    change.write_text(PEER)
    with start(fabric, BGP) as router:
        script = (EXAMPLES / "configure.py").read_text()
        copy = tmp_path / "configure.py"
        # the same, for people who do not want to wait for a minute
        copy.write_text(
            script.replace("within=timedelta(seconds=60)", f"within=timedelta(seconds={60 if is_up else 1})")
        )
        done = run(environment, str(copy), url(router), str(change), "192.0.2.5")
        assert ("neighbor 192.0.2.5 remote-as 64505" in router.running_config) is is_up, done
        assert ("neighbor 192.0.2.5 remote-as 64505" in router.startup_config) is is_up
        assert "192.0.2.5" in done.stdout and ("confirmed" if is_up else "taken back") in done.stdout
        assert done.returncode == (0 if is_up else 1), done
        if is_up:
            assert run(environment, "configure.py", url(router), str(change)).stdout == "nothing to change\n"


def test_turnup(environment: dict[str, str]) -> None:
    shipped = EXAMPLES.parents[1] / "examples"
    done = run(environment, "turnup.py", str(shipped / "data/peeringdb-sample"), str(shipped / "templates/frr"))
    assert done.returncode == 0 and done.stdout.endswith("42 sessions are up; confirmed and saved\n"), done
    assert "+ router bgp 64500" in done.stdout.splitlines() or " neighbor " in done.stdout


def test_they_are_short() -> None:
    scripts = list(EXAMPLES.glob("*.py"))
    assert scripts and all(len(script.read_text().splitlines()) <= 80 for script in scripts)
