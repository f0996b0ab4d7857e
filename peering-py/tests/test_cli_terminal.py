"""The command line on a terminal: progress bars, colours, questions, passwords."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface
from pathlib import Path

import pytest
from command_line import SAMPLE, CommandLine
from peering import Secret
from peering.sim import Fabric, FrrRouter, Member, Port, RunningFrr, User

pty = pytest.importorskip("pty", reason="no pseudo terminals on this system")


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *words: str | Path) -> None:
        self.seen = ""
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.environ["TERM"] = "xterm"
            os.execv(sys.executable, [sys.executable, "-m", "peering", *map(str, words)])

    def _read(self, within: float) -> bool:
        if not select.select([self._terminal], [], [], within)[0]:
            return True
        try:
            piece = os.read(self._terminal, 65536)
        except OSError:
            # Linux says so when nobody has the other side any more.
            return False
        self.seen += piece.decode()
        return bool(piece)

    def until(self, text: str) -> None:
        """Waits until the terminal shows this."""
        end = time.monotonic() + 30
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            assert self._read(0.1), self.seen

    def type(self, text: str) -> None:
        """Types a line."""
        os.write(self._terminal, f"{text}\n".encode())

    def end(self) -> int:
        """Waits for its end, and gives the exit status."""
        end = time.monotonic() + 30
        while self._read(0.1):
            assert time.monotonic() < end, self.seen
        os.close(self._terminal)
        _, status = os.waitpid(self._process, 0)
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def router() -> Iterator[RunningFrr]:
    fabric = Fabric()
    fabric.add_member(Member(asn=64505, expects=64501, addresses=(ip_address("192.0.2.5"),)))
    options = FrrRouter(
        name="r1",
        local_as=64501,
        ports=(Port(name="lan0", addresses=(ip_interface("192.0.2.1/24"),)),),
        users=(User(name="netops", password=Secret("swordfish")),),
    )
    with options.start(fabric) as running:
        yield running


def url(router: RunningFrr) -> str:
    return f"frr://netops@{router.host}:{router.port}"


def test_a_bar(run: CommandLine) -> None:
    terminal = Terminal("sync", "--dump", SAMPLE)
    assert terminal.end() == 0
    assert "\r\x1b[2K" in terminal.seen and "fetching" in terminal.seen
    assert "\x1b[1mtype" in terminal.seen
    for option in ("--quiet", "--json"):
        terminal = Terminal("sync", "--dump", SAMPLE, option)
        assert terminal.end() == 0 and "\x1b[2K" not in terminal.seen


def test_no_colours(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal("help")
    assert terminal.end() == 0 and "\x1b[" not in terminal.seen


def test_a_password(run: CommandLine, router: RunningFrr) -> None:
    terminal = Terminal("ping", "--router", url(router), "--router", url(router) + "/")
    terminal.until("Password for the routers: ")
    terminal.type("swordfish")
    assert terminal.end() == 0
    assert terminal.seen.count("Password") == 1 and "swordfish" not in terminal.seen
    assert terminal.seen.count(" ok ") == 2


@pytest.mark.parametrize(("word", "code"), [("y", 0), ("no", 6)])
def test_a_question(
    run: CommandLine, router: RunningFrr, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, word: str, code: int
) -> None:
    monkeypatch.setenv("PEERING_PASSWORD", "swordfish")
    text = tmp_path / "bgp.conf"
    text.write_text(
        "router bgp 64501\n neighbor 192.0.2.5 remote-as 64505\n"
        " address-family ipv4 unicast\n  neighbor 192.0.2.5 activate\n"
    )
    terminal = Terminal("apply", "--router", url(router), "--text", text, "--peer", "192.0.2.5")
    terminal.until("[y/N] ")
    assert "\x1b[32m+  neighbor 192.0.2.5 remote-as 64505" in terminal.seen
    assert "192.0.2.5" not in router.running_config
    terminal.type(word)
    assert terminal.end() == code
    assert ("192.0.2.5" in router.startup_config) is (code == 0)
