"""The page `docs/from-napalm.md`: its blocks run as they stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

import pytest
from peering.sim import EosRouter, Fabric, Member, Port, RunningEos, User

PYTHON = Path(__file__).parent.parent
PAGE = (PYTHON / "docs" / "from-napalm.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def router(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEos]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.syspath_prepend(str(PYTHON / "napalm" / "src"))
    fabric = Fabric(delay=timedelta(milliseconds=50))
    member = Member(asn=64505, expects=64501, addresses=(IPv4Address("192.0.2.5"),))
    fabric.add_member(member)
    options = EosRouter(
        name="r1",
        ports=(Port(name="Ethernet1", addresses=(IPv4Interface("192.0.2.1/24"),)),),
        config="router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n",
        users=(User.from_dict({"name": "netops", "password": "netops-password"}),),
    )
    with options.start(fabric) as running:
        assert running.wait_established(1)
        yield running


def run(block: str, router: RunningEos) -> None:
    names: dict[str, Any] = {
        "HOST": router.host,
        "PORT": router.port,
        "PASSWORD": "netops-password",
        "FINGERPRINT": router.fingerprint,
    }
    exec(compile(block, "from-napalm.md", "exec"), names)


def test_nothing_but_an_installation(router: RunningEos, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("napalm", reason="needs NAPALM")
    run(BLOCKS[0], router)
    assert capsys.readouterr().out == "r1\n"
    assert "custom_napalm.eos" in sys.modules


def test_one_line(router: RunningEos, capsys: pytest.CaptureFixture[str]) -> None:
    run(BLOCKS[1], router)
    assert "+   description to the exchange" in capsys.readouterr().out
    assert "description to the exchange" in router.startup_config and router.sessions == ()


def test_the_calls(router: RunningEos, capsys: pytest.CaptureFixture[str]) -> None:
    run(BLOCKS[2], router)
    assert "+   description to the other exchange" in capsys.readouterr().out
    assert "description to the other exchange" in router.startup_config and router.sessions == ()


def test_every_block_is_run() -> None:
    assert len(BLOCKS) == 3
