"""Networks from Peering Manager: from recorded answers, and from a server over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from peering import Secret
from peering.cipher import PasswordAlgorithm
from peering.exceptions import AuthError, ConnectError, NotFoundError, OptionsError, ParseError, StorageError
from peering.importing import (
    Answers,
    LineKind,
    Server,
    import_peering_manager,
    import_peering_manager_async,
)
from peering.template import Engine, Escape, RenderContext

RECORDED = Path(__file__).resolve().parents[2] / "tests" / "data" / "peering-manager"
TOKEN = "a-good-token"


@pytest.fixture(scope="module")
def answers() -> Answers:
    if not RECORDED.exists():
        pytest.skip("needs the recorded answers of the repository")
    return Answers.from_directory(RECORDED)


def test_every_record_finds_its_place(answers: Answers) -> None:
    network, report = import_peering_manager(answers)
    assert report.problems == ()
    network.validate()
    up = network.internet_exchange_sessions[0]
    assert up.password is not None and up.password.expose() == "swordfish"
    assert "swordfish" not in repr(network) + repr(report) + json.dumps(network.to_dict())
    assert network.platforms[1].password_algorithm is PasswordAlgorithm.ARISTA_TYPE7
    assert report.imported["peering/internet-exchange-peering-sessions"] == 4
    told = [str(line) for line in report.of(LineKind.UNKNOWN)]
    assert len(told) == 1 and told[0].startswith("devices/routers: future_field: ")
    assert any("napalm_password" in str(line) for line in report.of(LineKind.NO_COUNTERPART))
    again = asyncio.run(import_peering_manager_async(asyncio.run(Answers.from_directory_async(RECORDED))))
    assert (again.network, again.report) == (network, report)


def test_what_was_imported_can_be_rendered(answers: Answers) -> None:
    network = import_peering_manager(answers).network
    engine = Engine.with_templates(Escape.JUNIPER_JUNOS, network)
    context = RenderContext.for_router(network, "edge1.example.net")
    engine.add("passwords", "{% for s in router | ixp_sessions %}{{ s.password }} {% endfor %}")
    assert "protocols { bgp { } }" in engine.render("configuration::Junos", context)
    assert engine.render("configuration::1", context) == engine.render("configuration::Junos", context)
    assert "swordfish" in engine.render("passwords", context)


def test_answers_are_put_in_one_by_one() -> None:
    answers = Answers(
        {"peering/autonomous-systems": {"count": 3, "next": None, "results": [{"id": 1, "asn": 64500, "name": "Ours"}]}}
    )
    answers.add("api/peering/autonomous-systems/", json.dumps({"id": 2, "asn": 64501, "name": "Peer"}))
    network, report = import_peering_manager(answers)
    assert [row.asn for row in network.autonomous_systems] == [64500, 64501]
    assert any("peering/autonomous-systems" in line.endpoint for line in report.of(LineKind.MISSING))
    with pytest.raises(ParseError, match="results"):
        answers.add("net/bfd", {"detail": "Not found."})
    assert "net/bfd" not in answers and 7 not in answers


def test_directories_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        Answers.from_directory(tmp_path / "nosuch")
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "bfd.json").write_text('{"password": "hunter2",')
    with pytest.raises(ParseError, match=r"net/bfd\.json") as failed:
        Answers.from_directory(tmp_path)
    assert "hunter2" not in str(failed.value)


class Fake(BaseHTTPRequestHandler):
    """A Peering Manager whose pages have two records."""

    lists: ClassVar[dict[str, list[Any]]] = {}

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        endpoint, query = url.path.removeprefix("/api/").strip("/"), parse_qs(url.query)
        if self.headers["Authorization"] != f"Token {TOKEN}":
            return self.answer(403, {"detail": f"Invalid token {self.headers['Authorization']}"})
        rows = self.lists.get(endpoint)
        if rows is None:
            return self.answer(404, {"detail": "Not found."})
        offset = int(query.get("offset", ["0"])[0])
        following = f"http://{self.headers['Host']}{url.path}?limit=2&offset={offset + 2}"
        return self.answer(
            200,
            {
                "count": len(rows),
                "next": following if offset + 2 < len(rows) else None,
                "results": rows[offset : offset + 2],
            },
        )

    def answer(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    if not RECORDED.exists():
        pytest.skip("needs the recorded answers of the repository")
    Fake.lists = {}
    for path in sorted(RECORDED.glob("*/*.json"), key=lambda path: (len(path.name), path)):
        endpoint = f"{path.parent.name}/{path.name.split('.')[0]}"
        if endpoint != "peeringdb/networks":
            Fake.lists.setdefault(endpoint, []).extend(json.loads(path.read_text())["results"])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_server_gives_what_was_recorded(address: str, answers: Answers) -> None:
    server = Server(base_url=address, token=Secret(TOKEN), retry_budget=timedelta(0))
    network, _ = import_peering_manager(server.fetch())
    recorded = import_peering_manager(answers).network
    assert network.internet_exchange_sessions == recorded.internet_exchange_sessions
    assert network.replace(hidden_peers=()) == recorded.replace(hidden_peers=())
    assert import_peering_manager(asyncio.run(server.fetch_async())).network == network


def test_servers_that_do_not_answer(address: str) -> None:
    server = Server(base_url=address, token=Secret("hunter2"), retry_budget=timedelta(0))
    with pytest.raises(AuthError) as refused:
        server.fetch()
    assert "hunter2" not in str(refused.value) + repr(server) and refused.value.host == "127.0.0.1"
    del Fake.lists["peering/autonomous-systems"]
    with pytest.raises(NotFoundError):
        server.replace(token=TOKEN).fetch()
    with pytest.raises(ConnectError):
        server.replace(base_url="http://127.0.0.1:1").fetch()
    with pytest.raises(OptionsError, match=r"peering\.example\.net"):
        server.replace(base_url="ftp://127.0.0.1").fetch()
