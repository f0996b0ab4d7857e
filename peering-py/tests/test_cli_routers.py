"""ping, poll, diff, apply, confirm and revert of the command line, on simulated routers that a URL names."""

from __future__ import annotations

import json
import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address, ip_interface
from pathlib import Path

import pytest
from command_line import CommandLine
from peering import Secret
from peering.sim import (
    AtCommand,
    AtStep,
    DropAfter,
    EosRouter,
    Fabric,
    Fault,
    FrrRouter,
    Member,
    MemberId,
    Port,
    RunningFrr,
    Step,
    User,
)

PASSWORD = "swordfish"
USERS = (User(name="netops", password=Secret(PASSWORD)),)

#: A session with the member, as it is typed in.
SESSION = """\
router bgp 64501
 neighbor 192.0.2.5 remote-as 64505
 address-family ipv4 unicast
  neighbor 192.0.2.5 activate
"""


class Exchange:
    """A router at a LAN with one member."""

    def __init__(self) -> None:
        self.fabric = Fabric(delay=timedelta(milliseconds=50))
        self.member: MemberId = self.fabric.add_member(
            Member(asn=64505, expects=64501, addresses=(ip_address("192.0.2.5"),), ipv4_prefixes=3)
        )
        options = FrrRouter(
            name="r1",
            local_as=64501,
            ports=(Port(name="lan0", addresses=(ip_interface("192.0.2.1/24"),)),),
            users=USERS,
        )
        self.router: RunningFrr = options.start(self.fabric)

    @property
    def url(self) -> str:
        """The router, as a command takes it."""
        return f"frr://netops@{self.router.host}:{self.router.port}"


@pytest.fixture
def lan() -> Iterator[Exchange]:
    exchange = Exchange()
    with exchange.router:
        yield exchange


@pytest.fixture(autouse=True)
def password(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """After ``run``, which forgets the variables of whoever runs the tests."""
    monkeypatch.setenv("PEERING_PASSWORD", PASSWORD)
    monkeypatch.delenv("PEERING_NETWORK")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "bgp.conf"
    file.write_text(SESSION)
    return file


def test_ping(run: CommandLine, lan: Exchange) -> None:
    ended = run("ping", "--router", lan.url)
    assert ended.code == 0 and " ok " in ended.stdout and " r1 " in ended.stdout
    (entry,) = run("ping", "-r", lan.url, "--json").data["routers"]
    assert entry["ok"] and entry["facts"]["hostname"] == "r1"
    assert entry["capabilities"]["commit_confirmed"] is True
    assert entry["host"] == f"{lan.router.host}:{lan.router.port}"


def test_a_log(run: CommandLine, lan: Exchange) -> None:
    logger = logging.getLogger("peering")
    before = (logger.level, list(logger.handlers))
    ended = run.process("ping", "-r", lan.url, "--json", "--verbose")
    assert ended.code == 0 and "INFO peering" in ended.stderr and ended.envelope["ok"]
    assert "DEBUG" not in ended.stderr and "DEBUG" in run.process("ping", "-r", lan.url, "--debug").stderr
    run("ping", "-r", lan.url, "--debug")
    assert (logger.level, list(logger.handlers)) == before


def test_a_wrong_password(run: CommandLine, lan: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERING_PASSWORD", "hunter2")
    ended = run("ping", "-r", lan.url)
    assert ended.code == 10 and "authentication failed" in ended.stderr
    ended = run("poll", "-r", lan.url, "--json")
    assert (ended.code, ended.kind) == (10, "auth")
    assert ended.envelope["error"]["host"].startswith(lan.router.host)
    assert "hunter2" not in ended.stdout + ended.stderr


def test_where_passwords_come_from(run: CommandLine, lan: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEERING_PASSWORD")
    assert run("ping", "-r", lan.url).code == 10
    monkeypatch.setenv("NAPALM_PASSWORD", PASSWORD)
    assert run("ping", "-r", lan.url).code == 0
    monkeypatch.setenv("PEERING_PASSWORD", "wrong")
    assert run("ping", "-r", lan.url).code == 10
    command = f'test "$PEERING_ROUTER" = {lan.router.host}:{lan.router.port} && echo swordfish'
    assert run("ping", "-r", lan.url, "--password-command", command).code == 0
    monkeypatch.setenv("PEERING_PASSWORD_COMMAND", command)
    assert run("ping", "-r", lan.url).code == 0
    for failing in ("echo hunter2; exit 3", "true"):
        ended = run("ping", "-r", lan.url, "--password-command", failing)
        assert ended.code == 13 and "hunter2" not in ended.stderr
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)
    assert run("ping", "-r", lan.url, "--ask-password", "--password-command", "false").code == 0


def test_no_password_is_in_the_list_of_processes(run: CommandLine) -> None:
    for command in ("ping", "poll", "diff", "apply", "confirm", "revert", "doctor"):
        assert run(command, "--password", "hunter2").code == 2


def test_a_router_that_is_not_there(run: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"frr://netops@127.0.0.1:{taken.getsockname()[1]}"
        ended = run("ping", "-r", url, "--json")
    assert (ended.code, ended.kind) == (18, "connect")


def test_several_routers(run: CommandLine, lan: Exchange) -> None:
    gone = "frr://netops@127.0.0.1:1"
    ended = run("poll", "-r", lan.url, "-r", gone, "--json")
    assert ended.code == 18
    assert [entry["ok"] for entry in ended.data["routers"]] == [True, False]
    assert ended.data["routers"][1]["error"]["kind"] == "connect"
    place = f"{lan.router.host}:{lan.router.port}"
    ended = run("poll", "-r", lan.url, "-r", gone)
    assert "error: 127.0.0.1:1: " in ended.stderr and ended.stderr.count("error: ") == 1
    assert [entry["router"] for entry in run("ping", "-r", lan.url, "-r", gone, "--json").data["routers"]] == [
        place,
        "127.0.0.1:1",
    ]
    wrong = f"frr://nobody@{lan.router.host}:{lan.router.port}"
    ended = run("ping", "-r", wrong, "-r", gone, "-r", lan.url, "--parallel", "1", "--json")
    assert (ended.code, ended.kind) == (5, "several")
    assert ended.envelope["error"]["message"] == "2 of 3 routers failed"
    assert [entry["ok"] for entry in ended.data["routers"]] == [False, False, True]
    assert run("ping", "-r", gone, "-r", "frr://netops@127.0.0.1:2").code == 18


@pytest.mark.parametrize(
    ("router", "code"),
    [("edge1", 13), ("frr://netops:hunter2@r1", 13), ("cobol://netops@127.0.0.1:1", 13), ("frr://netops@:0", 13)],
)
def test_routers_that_make_no_sense(run: CommandLine, router: str, code: int) -> None:
    ended = run("ping", "--router", router)
    assert ended.code == code and "hunter2" not in ended.stderr


def test_no_router(run: CommandLine) -> None:
    assert run("ping").code == 13


def test_poll(run: CommandLine, lan: Exchange) -> None:
    lan.router.configure(SESSION)
    assert lan.router.wait_established(1)
    ended = run("poll", "-r", lan.url, "--json")
    (neighbor,) = ended.data["routers"][0]["bgp_neighbors"]
    assert (neighbor["address"], neighbor["remote_as"], neighbor["state"]) == ("192.0.2.5", 64505, "established")
    lines = run("poll", "-r", lan.url).stdout.splitlines()
    assert lines[0].split()[:3] == ["address", "AS", "state"]
    assert lines[1].split()[:3] == ["192.0.2.5", "64505", "established"]
    assert run("poll", "-r", lan.url, "--check").code == 0
    lan.fabric.change_member(lan.member, is_up=False)
    assert lan.router.wait_established(0)
    ended = run("poll", "-r", lan.url, "--check", "--json")
    assert (ended.code, ended.kind) == (4, "sessions-down")
    assert "192.0.2.5" in run("poll", "-r", lan.url, "--down").stdout


def test_diff_changes_nothing(run: CommandLine, lan: Exchange, text: Path) -> None:
    before = lan.router.running_config
    ended = run("diff", "-r", lan.url, "--text", text)
    assert ended.code == 0 and "+  neighbor 192.0.2.5 remote-as 64505" in ended.stdout
    assert run("diff", "-r", lan.url, "--text", text, "--exit-code").code == 3
    data = run("diff", "-r", lan.url, "--text", text, "--json").data
    assert data["routers"][0]["changes"] is True
    assert lan.router.running_config == before
    lan.router.configure(SESSION)
    assert run("diff", "-r", lan.url, "--text", text, "--exit-code").code == 0


def test_secrets_are_black_in_a_diff(run: CommandLine, lan: Exchange, text: Path) -> None:
    text.write_text(SESSION + "router bgp 64501\n neighbor 192.0.2.5 password hunter2\n")
    changes = ["apply", "--yes", "--peer", "192.0.2.5", "--within", "0.1s"]
    for words in (["diff"], ["diff", "--json"], changes, [*changes, "--json"]):
        ended = run(*words, "-r", lan.url, "--text", text)
        assert "192.0.2.5" in ended.stdout and "hunter2" not in ended.stdout + ended.stderr
    assert "hunter2" not in lan.router.running_config


def test_apply(run: CommandLine, lan: Exchange, text: Path) -> None:
    ended = run("apply", "-r", lan.url, "--text", text, "--yes", "--peer", "192.0.2.5", "--within", "10s")
    assert ended.code == 0 and "confirmed and saved; sessions that are up: 1" in ended.stdout
    assert "+  neighbor 192.0.2.5" in ended.stdout
    assert "neighbor 192.0.2.5" in lan.router.startup_config
    again = run("apply", "-r", lan.url, "--text", text, "--yes", "--json")
    assert again.data["routers"][0]["result"] == "unchanged"


def test_apply_in_json(run: CommandLine, lan: Exchange, text: Path) -> None:
    ended = run("apply", "-r", lan.url, "--text", text, "--yes", "--peer", "192.0.2.5", "--within", "10", "--json")
    (entry,) = ended.data["routers"]
    assert entry["result"] == "confirmed" and entry["token"]["platform"] == "frr"
    assert [row["address"] for row in entry["sessions"]["established"]] == ["192.0.2.5"]
    assert ended.stderr == ""


def test_sessions_that_stay_down(run: CommandLine, lan: Exchange, text: Path) -> None:
    lan.fabric.change_member(lan.member, is_up=False)
    before = lan.router.running_config
    words = ["apply", "-r", lan.url, "--text", str(text), "--yes", "--peer", "192.0.2.5", "--within", "1s"]
    ended = run(*words)
    assert ended.code == 4
    assert "1 of 1 sessions did not come up; the old configuration is back" in ended.stderr
    assert lan.router.running_config == before
    ended = run(*words, "--json")
    assert (ended.code, ended.kind) == (4, "sessions-down")
    assert ended.data["routers"][0]["result"] == "reverted"
    assert ended.data["routers"][0]["sessions"]["down"][0]["address"] == "192.0.2.5"
    # There is nothing left to end.
    assert run("confirm", "-r", lan.url).code == 14


def test_nobody_to_ask(run: CommandLine, lan: Exchange, text: Path) -> None:
    assert run.process("apply", "-r", lan.url, "--text", text).code == 13
    assert "192.0.2.5" not in lan.router.running_config


def test_asking(run: CommandLine, lan: Exchange, text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    answers = iter(["n", "", "yes"])
    monkeypatch.setattr("peering.cli._apply.ask", lambda question: next(answers) in ("y", "yes"))
    words = ["apply", "-r", lan.url, "--text", str(text), "--peer", "192.0.2.5"]
    for _ in range(2):
        ended = run(*words)
        assert ended.code == 6 and "+  neighbor 192.0.2.5" in ended.stdout
        assert "192.0.2.5" not in lan.router.running_config
    assert run(*words).code == 0
    assert "192.0.2.5" in lan.router.running_config
    # Nothing is left to be asked about.
    ended = run(*words)
    assert ended.code == 0 and "nothing to change" in ended.stdout


def test_what_was_agreed_to_is_what_is_done(
    run: CommandLine, lan: Exchange, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def agree(question: str) -> bool:
        # Somebody else is quicker.
        lan.router.configure(SESSION)
        return True

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("peering.cli._apply.ask", agree)
    text.write_text(SESSION + "router bgp 64501\n neighbor 192.0.2.5 description other\n")
    ended = run("apply", "-r", lan.url, "--text", text)
    assert ended.code == 16 and "changed while its diff was read" in ended.stderr
    assert "description other" not in lan.router.running_config


@pytest.mark.parametrize("end", ["confirm", "revert"])
def test_the_end_of_a_commit_of_another_process(run: CommandLine, lan: Exchange, text: Path, end: str) -> None:
    ended = run.process("apply", "-r", lan.url, "--text", text, "--yes", "--no-wait", "--window", "60s", "--json")
    assert ended.data["routers"][0]["result"] == "pending"
    assert "192.0.2.5" in lan.router.running_config and "192.0.2.5" not in lan.router.startup_config
    assert run.process(end, "-r", lan.url).code == 0
    assert ("192.0.2.5" in lan.router.running_config) is (end == "confirm")
    assert ("192.0.2.5" in lan.router.startup_config) is (end == "confirm")
    assert run.process(end, "-r", lan.url, "--json").kind == "not-found"


def test_a_token_from_elsewhere(run: CommandLine, lan: Exchange, text: Path, tmp_path: Path) -> None:
    ended = run("apply", "-r", lan.url, "--text", text, "--yes", "--no-wait", "--window", "60", "--json")
    token = tmp_path / "token.json"
    token.write_text(json.dumps(ended.data["routers"][0]["token"]))
    for pending in (tmp_path / ".local" / "state" / "peering" / "pending").iterdir():
        pending.unlink()
    assert run("confirm", "-r", lan.url).code == 14
    assert run("confirm", "-r", lan.url, "--token", token).code == 0
    assert "192.0.2.5" in lan.router.startup_config
    assert run("confirm", "-r", lan.url, "--token", token).code == 14
    token.write_text("{}")
    assert run("confirm", "-r", lan.url, "--token", token).code == 22
    assert run("confirm", "-r", lan.url, "--token", tmp_path / "none").code == 25


def test_a_router_that_somebody_else_has(run: CommandLine, lan: Exchange, text: Path) -> None:
    assert run("apply", "-r", lan.url, "--text", text, "--yes", "--no-wait", "--window", "60s").code == 0
    text.write_text(SESSION + "router bgp 64501\n neighbor 192.0.2.5 description second\n")
    ended = run("apply", "-r", lan.url, "--text", text, "--yes", "--no-wait", "--json")
    assert (ended.code, ended.kind) == (17, "locked")
    assert run("revert", "-r", lan.url).code == 0


def test_a_text_that_the_router_refuses(run: CommandLine, lan: Exchange, text: Path) -> None:
    text.write_text("router bgp 64501\n neighbour 192.0.2.5\n")
    ended = run("diff", "-r", lan.url, "--text", text, "--json")
    assert (ended.code, ended.kind) == (16, "rejected")


def test_a_link_that_fails_after_the_commit(run: CommandLine, lan: Exchange, text: Path) -> None:
    lan.router.inject(Fault(at=AtStep(Step.CONFIRM), kind=DropAfter()))
    ended = run("apply", "-r", lan.url, "--text", text, "--yes", "--peer", "192.0.2.5", "--within", "10s", "--json")
    assert (ended.code, ended.kind) == (24, "outcome-unknown")
    assert ended.data["routers"][0]["result"] == "unknown" and ended.data["routers"][0]["token"]


def test_ctrl_c_while_waiting_takes_the_change_back(run: CommandLine, lan: Exchange, text: Path) -> None:
    lan.fabric.change_member(lan.member, is_up=False)
    before = lan.router.running_config
    words = ["apply", "-r", lan.url, "--text", str(text), "--yes", "--peer", "192.0.2.5", "--within", "60s", "--json"]
    running = subprocess.Popen(
        [sys.executable, "-m", "peering", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 30
    while "192.0.2.5" not in lan.router.running_config and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(1)
    running.send_signal(signal.SIGINT)
    stdout, _ = running.communicate(timeout=30)
    assert running.returncode == 130
    assert json.loads(stdout)["error"]["kind"] == "interrupted"
    assert lan.router.running_config == before


def test_a_driver_with_options(run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EosRouter(name="eos1", local_as=64501, users=USERS, has_http=True).start(Fabric()) as eos1:
        url = f"arista_eos://netops@{eos1.host}:{eos1.port}"
        assert run("ping", "-r", url, "--json").kind == "tls"
        config = tmp_path / "config.json"
        config.write_text(json.dumps({"target": {"tls": {"pinned": eos1.fingerprint}}}))
        monkeypatch.setenv("PEERING_CONFIG", str(config))
        assert run("ping", "-r", url).code == 0
        config.write_text(json.dumps({"routers": {eos1.host: {"options": {"transport": "http"}}}}))
        assert run("ping", "-r", f"arista_eos://netops@{eos1.host}:{eos1.http_port}").code == 0
        config.write_text(json.dumps({"routers": {eos1.host: {"options": {"colour": "red"}}}}))
        assert run("ping", "-r", url).code == 13
        config.write_text(json.dumps({"target": {"harbour": 1}}))
        assert run("ping", "-r", url).code == 13


def test_a_changed_host_key(run: CommandLine, lan: Exchange) -> None:
    assert run("ping", "-r", lan.url).code == 0
    (known,) = (run.home / ".local" / "state" / "peering").glob("known_hosts")
    other = FrrRouter(name="r2", users=USERS).start(lan.fabric)
    with other:
        known.write_text(f"[{lan.router.host}]:{lan.router.port} {other.host_key}\n")
    assert run("ping", "-r", lan.url, "--json").kind == "host-key"


def test_a_router_that_says_nothing(run: CommandLine, lan: Exchange) -> None:
    from peering.sim import Stall

    lan.router.inject(Fault(at=AtCommand(""), kind=Stall(), times=None))
    ended = run("ping", "-r", lan.url, "--timeout", "1s", "--json")
    assert (ended.code, ended.kind) == (19, "timeout")
