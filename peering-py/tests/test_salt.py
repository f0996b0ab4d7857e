"""A Salt master and its NAPALM proxy minion, which find our drivers through `custom_napalm`.

Needs a virtual environment of its own, named by `PEERING_SALT`, with `salt`, `saltext.napalm` and this package, and with
`peering-napalm`: see `docs/salt.md`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

import pytest
from peering import Secret
from peering.sim import EosRouter, Fabric, Member, Port, RunningEos, User

PLACE = os.environ.get("PEERING_SALT")
if PLACE is None:
    pytest.skip("PEERING_SALT names no environment with salt", allow_module_level=True)
PROGRAMS = Path(PLACE) / "bin"


@pytest.fixture(scope="module")
def router() -> Iterator[RunningEos]:
    fabric = Fabric()
    fabric.add_member(Member(asn=64505, expects=64501, addresses=(IPv4Address("192.0.2.5"),), ipv4_prefixes=40))
    ports = (Port(name="Ethernet1", addresses=(IPv4Interface("192.0.2.1/24"),)),)
    config = "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n"
    users = (User(name="netops", password=Secret("netops-password")),)
    with EosRouter(name="r1", ports=ports, config=config, users=users).start(fabric) as running:
        assert running.wait_established(1)
        yield running


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


class Salt:
    """A master and one proxy minion, until the end of the tests."""

    def __init__(self, folder: Path, router: RunningEos, stack: ExitStack) -> None:
        self.folder = folder
        publish, answers = _free_ports()
        common = {"root_dir": str(folder), "user": os.environ.get("USER") or "root", "publish_port": publish}
        # A path to a Unix socket may not be long.
        sockets = Path("/tmp") / f"salt-{os.getpid()}"
        self._write(
            "master",
            {
                **common,
                "interface": "127.0.0.1",
                "ret_port": answers,
                "auto_accept": True,
                "worker_threads": 2,
                "sock_dir": f"{sockets}-m",
                "pillar_roots": {"base": [str(folder / "pillar")]},
            },
        )
        self._write(
            "proxy",
            {
                **common,
                "master": "127.0.0.1",
                "master_port": answers,
                "multiprocessing": False,
                "sock_dir": f"{sockets}-p",
                "pki_dir": str(folder / "pki-proxy"),
            },
        )
        proxy = {
            "proxytype": "napalm",
            "driver": "eos",
            "host": router.host,
            "username": "netops",
            "passwd": "netops-password",
            "optional_args": {"port": router.port, "transport": "https"},
        }
        self._write("pillar/top.sls", {"base": {"r1": ["r1"]}})
        self._write("pillar/r1.sls", {"proxy": proxy})
        self._start(stack, "salt-master")
        self._start(stack, "salt-proxy", "--proxyid=r1")

    def _write(self, name: str, content: Any) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))  # which is YAML, too

    def _start(self, stack: ExitStack, program: str, *arguments: str) -> None:
        log = stack.enter_context((self.folder / f"{program}.log").open("w"))
        # A state folder of its own: nothing of the user's is read or written.
        surroundings = {**os.environ, "XDG_STATE_HOME": str(self.folder / "state")}
        process = subprocess.Popen(
            [PROGRAMS / program, "-c", self.folder, *arguments],
            stdout=log, stderr=log, env=surroundings, start_new_session=True,
        )  # fmt: skip
        stack.callback(self._stop, process)

    @staticmethod
    def _stop(process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def call(self, function: str, *arguments: str) -> Any:
        command = [
            PROGRAMS / "salt",
            "-c",
            self.folder,
            "--out=json",
            "--static",
            "-t",
            "60",
            "r1",
            function,
            *arguments,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        try:
            return json.loads(done.stdout)["r1"]
        except (ValueError, KeyError):
            return f"{done.stdout}{done.stderr}"

    def wait(self) -> None:
        end = time.monotonic() + 120
        while self.call("test.ping") is not True:
            if time.monotonic() > end:
                pytest.fail((self.folder / "salt-proxy.log").read_text()[-3000:])
            time.sleep(1)


@pytest.fixture(scope="module")
def salt(router: RunningEos, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Salt]:
    with ExitStack() as stack:
        salt = Salt(tmp_path_factory.mktemp("salt"), router, stack)
        salt.wait()
        yield salt


def test_the_proxy_reads_through_our_driver(salt: Salt) -> None:
    assert salt.call("net.facts")["out"]["hostname"] == "r1"
    peers = salt.call("bgp.neighbors", "192.0.2.5")
    assert peers["result"] is True and "192.0.2.5" in json.dumps(peers["out"])
    assert salt.call("net.connected")["out"] is True


def test_a_change_is_tried_and_then_made(salt: Salt, router: RunningEos) -> None:
    text = "text=router bgp 64501\n   neighbor 192.0.2.9 remote-as 64509"
    tried = salt.call("net.load_config", text, "test=True")
    assert tried["result"] and "192.0.2.9" in tried["diff"] and "192.0.2.9" not in router.running_config
    made = salt.call("net.load_config", text)
    assert made["result"] and "192.0.2.9" in router.running_config


def test_it_is_our_driver(salt: Salt) -> None:
    """NAPALM's own has no way to say so; ours logs what it trusted, into a file of its own."""
    assert list((salt.folder / "state").rglob("known_certificates"))
