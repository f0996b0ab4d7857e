"""sync, get, exchanges, peers and missing of the command line, on the project's invented PeeringDB and on the shared data."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from command_line import SAMPLE, CommandLine

SHARED = Path(os.environ.get("PEERING_SHARED", Path(__file__).parents[3] / "shared")) / "peeringdb"


def test_sync_from_a_dump(run: CommandLine) -> None:
    ended = run("sync", "--dump", SAMPLE)
    assert ended.code == 0
    (line,) = [line.split() for line in ended.stdout.splitlines() if line.startswith("net ")]
    assert line == ["net", "144", "144", "0", "0"]
    data = run("sync", "--dump", SAMPLE, "--json").data
    assert data["changes"] == 0 and data["rows"] > 144
    assert data["cache"] == str(run.home / "peeringdb.sqlite")
    # Nobody watches: no bar, in none of the streams.
    ended = run.process("sync", "--dump", SAMPLE, "--cache", run.home / "other.sqlite")
    assert ended.code == 0 and ended.stderr == ""


def test_sync_of_some_types(run: CommandLine) -> None:
    data = run("sync", "--dump", SAMPLE, "--only", "ix,net", "--json").data
    assert sorted(entry["object"] for entry in data["types"]) == ["ix", "net"]
    assert run("sync", "--dump", SAMPLE, "--only", "planet").code == 2


def test_a_dump_that_is_not_there(run: CommandLine) -> None:
    ended = run("sync", "--dump", run.home / "nowhere", "--json")
    assert ended.code == 14 and ended.kind == "not-found"


class Server(http.server.BaseHTTPRequestHandler):
    """As much of PeeringDB as a first sync needs."""

    seen: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        rows = (
            [{"id": 1, "name": "Example IX", "status": "ok"}]
            if self.path.startswith("/api/ix?") or self.path == "/api/ix"
            else []
        )
        body = json.dumps({"data": rows, "meta": {}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Server.seen = []
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_sync_from_a_server(run: CommandLine, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERINGDB_API_KEY", "hunter2")
    ended = run("sync", "--url", server, "--only", "ix", "--json")
    assert ended.code == 0 and ended.data["changes"] == 1
    assert {key for _, key in Server.seen} == {"Api-Key hunter2"}
    assert run("get", "ix", "1", "--json").data["objects"][0]["name"] == "Example IX"
    monkeypatch.setenv("PDB_SYNC_URL", server)
    assert run("get", "ix", "name=Example IX", "--online", "--json").data["objects"][0]["id"] == 1
    ended = run("doctor", "--online", "--json")
    assert ended.code == 0 and ended.data["peeringdb"]["has_key"] is True
    assert "hunter2" not in ended.stdout


def test_the_settings_of_peeringdb_py(run: CommandLine, server: str) -> None:
    folder = run.home / ".peeringdb"
    folder.mkdir()
    (folder / "config.yaml").write_text(f"sync:\n  url: {server}/api\n  api_key: hunter2\n")
    assert run("get", "ix", "--online", "--json").data["objects"][0]["name"] == "Example IX"
    assert Server.seen[0][1] == "Api-Key hunter2"
    ended = run("doctor")
    assert str(folder / "config.yaml") in ended.stdout and "hunter2" not in ended.stdout


def test_without_a_cache(run: CommandLine) -> None:
    for words in (
        ["get", "ix"],
        ["exchanges", "AS64500"],
        ["peers", "--as", "AS64500"],
        ["missing", "AS64501", "--as", "64500"],
    ):
        ended = run(*words, "--json")
        assert (ended.code, ended.kind) == (14, "not-found"), words
        assert "peering sync" in ended.envelope["error"]["message"]


def test_get_one(run: CommandLine) -> None:
    run.synced()
    (found,) = run("get", "net", "AS64500", "--json").data["objects"]
    assert (found["asn"], found["name"]) == (64500, "Example Networks")
    assert run("get", "net", "as64500", "--json").data["objects"] == [found]
    assert run("get", "net", str(found["id"]), "--json").data["objects"] == [found]
    lines = run("get", "net", "AS64500").stdout.splitlines()
    assert ["asn", "64500"] in [line.split() for line in lines]
    assert run("get", "net", "AS4199999999").code == 14
    assert run("get", "ix", "999", "--json").kind == "not-found"


def test_get_with_filters(run: CommandLine) -> None:
    run.synced()
    found = run("get", "netixlan", "asn=64500", "--json").data["objects"]
    assert [row["ixlan_id"] for row in found] == [1, 1, 2, 3]
    assert len(run("get", "netixlan", "ix_id=2,3", "--json").data["objects"]) == 82
    assert run("get", "netixlan", "asn=64500", "speed__gte=999999999", "--json").data["objects"] == []
    assert [row["name"] for row in run("get", "ix", "--search", "moor", "--json").data["objects"]] == [
        "Moor Internet Exchange"
    ]
    assert len(run("get", "net", "at_exchange=4", "--limit", "3", "--json").data["objects"]) == 3
    lines = run("get", "netixlan", "asn=64500", "ix_id=2", "--fields", "asn,ipaddr4,ipaddr6").stdout.splitlines()
    assert [line.split() for line in lines] == [["asn", "ipaddr4", "ipaddr6"], ["64500", "192.0.2.129"]]
    for words in (["colour=red"], ["what"], ["--fields", "colour"]):
        assert run("get", "net", *words).code == 13, words


def test_exchanges(run: CommandLine) -> None:
    run.synced()
    data = run("exchanges", "AS64500", "--json").data
    assert [(port["ixlan_id"], port["ipaddr4"]) for port in data["ports"]] == [
        (1, "192.0.2.1"), (1, "192.0.2.2"), (2, "192.0.2.129"), (3, "198.51.100.1"),
    ]  # fmt: skip
    assert "192.0.2.129" in run("exchanges", "64500").stdout
    assert run("exchanges", "AS4199999999").code == 14


def test_import(run: CommandLine) -> None:
    run.synced()
    ended = run("exchanges", "AS64500", "--import")
    assert ended.code == 0 and "3 exchanges and 4 connections are new" in ended.stderr
    document = run.home / "network.yaml"
    before = document.read_text()
    ended = run("exchanges", "AS64500", "--import", "--json")
    assert ended.data["import"]["exchanges_added"] == []
    assert document.read_text() == before


def test_peers(run: CommandLine) -> None:
    run.synced()
    everywhere = run("peers", "--as", "AS64500", "--json").data["exchanges"]
    assert len(everywhere) == 3
    slugs = [entry["exchange"] for entry in everywhere]
    run("exchanges", "AS64500", "--import")
    assert run("peers", "--json").data["exchanges"] == everywhere
    for what in (slugs[2], "3", "RiverNAP", "rivernap"):
        (river,) = run("peers", what, "--json").data["exchanges"]
        assert river == everywhere[2]
    peer = river["peers"][0]
    assert peer["sessions"] and peer["asn"] == peer["port"]["asn"]
    assert f"{peer['asn']}" in run("peers", "3").stdout
    assert run("peers", "atlantis").code == 14


def test_filters_of_peers(run: CommandLine) -> None:
    run.synced()
    words = ["peers", "1", "--as", "AS64500", "--json"]

    def found(*more: str) -> list[dict[str, Any]]:
        peers: list[dict[str, Any]] = run(*words, *more).data["exchanges"][0]["peers"]
        return peers

    every = found()
    open_ones = found("--policy", "open")
    assert 0 < len(open_ones) < len(every)
    assert {peer["network"]["policy_general"] for peer in open_ones} == {"Open"}
    served, unserved = found("--rs", "yes"), found("--rs", "no")
    assert served and unserved and len(served) + len(unserved) == len(every)
    assert found("--asn", f"AS{every[0]['asn']}", "--limit", "1") == every[:1]
    ended = run(*words, "--policy", "Friendly")
    assert ended.code == 13 and "Selective" in ended.envelope["error"]["message"]


def test_adding_peers(run: CommandLine) -> None:
    run.synced()
    assert run("peers", "3", "--as", "AS64500", "--add", "--network", run.home / "none.yaml").code != 0
    run("exchanges", "AS64500", "--import")
    (river,) = run("peers", "3", "--json").data["exchanges"]
    asn = river["peers"][0]["asn"]
    ended = run("peers", "3", "--asn", str(asn), "--add")
    assert ended.code == 0 and "sessions are added" in ended.stderr
    (after,) = run("peers", "3", "--json").data["exchanges"]
    assert asn in [peer["asn"] for peer in river["peers"]]
    assert asn not in [peer["asn"] for peer in after["peers"]]


def test_missing(run: CommandLine) -> None:
    run.synced()
    run("exchanges", "AS64500", "--import")
    (river,) = run("peers", "3", "--json").data["exchanges"]
    asn = river["peers"][0]["asn"]
    data = run("missing", f"AS{asn}", "--json").data
    wanted = {session["ip_address"] for session in river["peers"][0]["sessions"]}
    found = {session["ip_address"] for peer in data["peers"] for session in peer["sessions"]}
    assert wanted <= found
    assert wanted <= set(run("missing", str(asn)).stdout.split())
    assert run("missing", str(asn), "--add").code == 0
    assert run("missing", str(asn), "--json").data["peers"] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no shared data at {SHARED}")
def test_real_data(run: CommandLine) -> None:
    assert run("sync", "--dump", SHARED / "real-2022-10-06", "--quiet").code == 0
    data = run("exchanges", "AS2603", "--json").data
    assert data["ports"]
    peers = run("peers", "--as", "AS2603", "--json").data["exchanges"]
    assert sum(len(entry["peers"]) for entry in peers) > 100
    assert run("get", "ix", "26", "--json").data["objects"][0]["name"] == "AMS-IX"


def test_doctor(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERING_PASSWORD", "hunter2")
    monkeypatch.setenv("PEERING_PASSWORD_COMMAND", "echo hunter2")
    ended = run("doctor", "--json")
    assert ended.code == 0 and "hunter2" not in ended.stdout
    assert ended.data["environment"]["PEERING_PASSWORD"] == "(set)"
    assert ended.data["cache"]["exists"] is False and ended.envelope["warnings"]
    assert "frr" in ended.data["versions"]["drivers"]
    run.synced()
    run("exchanges", "AS64500", "--import")
    ended = run("doctor", "--check", "--json")
    assert ended.data["network"]["internet_exchanges"] == 3
    assert ended.data["cache"]["sound"] is True and ended.data["cache"]["objects"] > 500
    assert ended.envelope["warnings"] == []
    (run.home / "peeringdb.sqlite").write_text("not a database, but long enough to be looked at as one" * 20)
    ended = run("doctor")
    assert ended.code == 0 and "cannot be used" in ended.stderr
