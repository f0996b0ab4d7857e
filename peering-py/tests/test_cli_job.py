"""The whole job, from a PeeringDB dump to sessions that are up, as the command line's help tells it."""

from __future__ import annotations

import dataclasses
import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from command_line import SAMPLE, TEMPLATES, CommandLine
from peering import Network, Secret
from peering.model import Platform, Router
from peering.sim import Fabric, FrrRouter, JunosRouter, Member, MemberId, Port, RunningFrr, User

PASSWORD = "swordfish"
USERS = (User(name="netops", password=Secret(PASSWORD)),)


@dataclasses.dataclass
class Site:
    """AS64500's port at RiverNAP, and everybody it could peer with there."""

    run: CommandLine
    fabric: Fabric
    router: RunningFrr
    members: dict[str, MemberId]
    slug: str

    @property
    def document(self) -> Path:
        """The network document."""
        return self.run.home / "network.yaml"

    def put(self, *parts: Any) -> None:
        """Changes the document, as an editor would."""
        Network.load(self.document).put(*parts).save(self.document, expose_secrets=True)

    def only_down(self) -> str:
        """Takes one member down, and gives its address."""
        address = next(iter(self.members))
        self.fabric.change_member(self.members[address], is_up=False)
        return address


@pytest.fixture
def site(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("PEERING_PASSWORD", PASSWORD)
    monkeypatch.setenv("PEERING_TEMPLATES", str(TEMPLATES))
    run.synced()
    assert run("exchanges", "AS64500", "--import").code == 0
    document = run.home / "network.yaml"
    network = Network.load(document)
    exchange = next(row for row in network.internet_exchanges if row.peeringdb_ixlan == 3)
    (connection,) = network.connections_of(exchange.slug)
    fabric = Fabric(delay=timedelta(milliseconds=50))
    members: dict[str, MemberId] = {}
    (found,) = run("peers", "3", "--json").data["exchanges"]
    for peer in found["peers"]:
        addresses = tuple(ip_address(session["ip_address"]) for session in peer["sessions"])
        member = fabric.add_member(Member(asn=peer["asn"], expects=64500, addresses=addresses, ipv4_prefixes=2))
        members |= dict.fromkeys(map(str, addresses), member)
    ours = tuple(place for place in (connection.ipv4_address, connection.ipv6_address) if place is not None)
    router = FrrRouter(name="edge1", local_as=64500, ports=(Port(name="lan0", addresses=ours),), users=USERS)
    with router.start(fabric) as running:
        place = f"netops@{running.host}:{running.port}"
        edge1 = Router(name="edge1", hostname=place, platform="FRRouting", local_autonomous_system=64500)
        parts = (edge1, Platform(name="FRRouting", driver="frr"), connection.replace(router="edge1"))
        network.put(*parts).save(document, expose_secrets=True)
        yield Site(run, fabric, running, members, exchange.slug)


def test_from_a_dump_to_sessions(site: Site) -> None:
    run = site.run
    assert "are added" in run("peers", site.slug, "--add").stderr
    assert run("peers", site.slug, "--json").data["exchanges"][0]["peers"] == []
    rendered = run("render", "--router", "edge1")
    assert rendered.code == 0
    assert all(address in rendered.stdout for address in site.members)
    assert run("diff", "--router", "edge1", "--exit-code").code == 3
    assert site.router.startup_config.count("neighbor") == 0
    ended = run("apply", "--router", "edge1", "--yes", "--within", "30s", "--message", "new peers")
    assert ended.code == 0, ended.stderr
    assert f"confirmed and saved; sessions that are up: {len(site.members)}" in ended.stdout
    assert all(address in site.router.startup_config for address in site.members)
    assert run("diff", "--router", "edge1", "--exit-code").code == 0
    ended = run("poll", "--all", "--check", "--save", "--json")
    assert ended.code == 0 and ended.envelope["warnings"] == []
    states = {str(row.ip_address): row.bgp_state for row in Network.load(site.document).internet_exchange_sessions}
    assert set(states) == set(site.members)
    assert {state.value for state in states.values() if state is not None} == {"established"}


def test_sessions_that_stay_down(site: Site) -> None:
    run = site.run
    assert run("peers", site.slug, "--add").code == 0
    address = site.only_down()
    before = site.router.running_config
    ended = run("apply", "--all", "--yes", "--within", "2s", "--json")
    assert (ended.code, ended.kind) == (4, "sessions-down")
    (entry,) = ended.data["routers"]
    assert entry["result"] == "reverted" and address in [row["address"] for row in entry["sessions"]["down"]]
    assert site.router.running_config == before


def test_a_session_that_was_down_before_is_no_reason_to_go_back(site: Site) -> None:
    run = site.run
    first, second = next(iter(site.members.values())), list(site.members.values())[-1]
    numbers = {peer["asn"] for peer in run("peers", "3", "--json").data["exchanges"][0]["peers"]}
    assert first != second and len(numbers) > 1
    assert run("peers", "3", "--asn", f"AS{site.fabric.member(first).asn}", "--add").code == 0
    assert run("apply", "--all", "--yes", "--within", "20s").code == 0
    address = site.only_down()
    assert run("peers", "3", "--asn", f"AS{site.fabric.member(second).asn}", "--add").code == 0
    assert run("apply", "--all", "--yes", "--within", "1s", "--strict", "--json").kind == "sessions-down"
    ended = run("apply", "--all", "--yes", "--within", "20s", "--json")
    assert ended.code == 0
    assert any(f"{address} was down before" in warning for warning in ended.envelope["warnings"])


def test_a_document_that_makes_no_sense(site: Site) -> None:
    for text, kind in (
        ("routers: {", "parse"),
        ("colours: [red]", "parse"),
        ("connections: [{name: a, router: nobody}]", "options"),
    ):
        site.document.write_text(text)
        for words in (["render", "--all"], ["peers"], ["apply", "--all", "--yes"]):
            ended = site.run(*words, "--json")
            assert ended.kind == kind, (text, words)
    ended = site.run("doctor")
    assert ended.code == 0 and "the network document cannot be used" in ended.stderr
    site.document.unlink()
    assert site.run("peers").code == 25


def test_routers_that_are_not_there(site: Site) -> None:
    assert site.run("render", "--router", "edge9").code == 14
    assert site.run("diff", "--router", "edge9").code == 14
    edge1 = Network.load(site.document).router("edge1")
    assert edge1 is not None
    site.put(edge1.replace(status="disabled"))
    assert site.run("poll", "--all").code == 14
    site.put(edge1.replace(platform=None))
    assert site.run("ping", "--all", "--json").kind == "options"


def test_templates(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = site.run
    assert run("peers", site.slug, "--add").code == 0
    shipped = run("render", "--all").stdout
    assert run("render", "--all", "--templates", TEMPLATES / "frr").stdout == shipped
    assert run("render", "--all", "--exchange", site.slug).stdout.count("remote-as") == shipped.count("remote-as")
    monkeypatch.delenv("PEERING_TEMPLATES")
    assert run("render", "--all", "--json").kind == "not-found"
    assert run("render", "--all", "--exchange", "atlantis", "--templates", TEMPLATES).code == 14
    folder = tmp_path / "templates"
    assert run("render", "--all", "--templates", folder).code == 25
    folder.mkdir()
    assert run("render", "--all", "--templates", folder).code == 14
    (folder / "main.j2").write_text("hostname {{ router.name }}\n{{ nothing.at_all }}\n")
    ended = run("render", "--all", "--templates", folder, "--json")
    assert ended.kind == "template" and ended.data["routers"][0]["error"]["kind"] == "template"
    found = run("render", "--all", "--templates", folder, "--check", "--json").data["routers"][0]["findings"]
    assert [finding["line"] for finding in found] == [2]
    assert run("apply", "--all", "--yes", "--templates", folder).code == 23
    (folder / "main.j2").write_text("hostname {{ router.name }}\n")
    assert run("render", "--all", "--templates", folder).stdout == "hostname edge1\n"
    ended = run("render", "--all", "--templates", folder, "--output", tmp_path / "out")
    written = tmp_path / "out" / "edge1.conf"
    assert ended.stdout == "" and written.read_text().strip() == "hostname edge1"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_the_template_of_the_document(site: Site) -> None:
    document = json.loads(Network.load(site.document).to_json(expose_secrets=True))
    document["templates"] = [{"name": "short", "template": "hostname {{ router.name }}"}]
    document["routers"][0]["configuration_template"] = "short"
    site.document.write_text(json.dumps(document))
    assert site.run("render", "--all").stdout == "hostname edge1\n"
    assert site.run("render", "--all", "--template", "short").stdout == "hostname edge1\n"
    assert site.run("render", "--all", "--template", "other").code == 14


def test_several_platforms_at_once(site: Site) -> None:
    with JunosRouter(name="edge2", local_as=64500, users=USERS).start(site.fabric) as edge2:
        place = f"netops@{edge2.host}:{edge2.port}"
        router = Router(name="edge2", hostname=place, platform="Junos", local_autonomous_system=64500)
        site.put(router, Platform(name="Junos", driver="juniper_junos"))
        ended = site.run("ping", "--all", "--json")
        assert [entry["platform"] for entry in ended.data["routers"]] == ["frr", "juniper_junos"]
        ended = site.run("poll", "--router", "edge2", "--router", "edge1", "--json")
        assert [entry["router"] for entry in ended.data["routers"]] == ["edge2", "edge1"]
        assert site.run("ping", "--all").stdout.count(" ok ") == 2


def test_one_that_fails_stops_the_others(site: Site) -> None:
    assert site.run("peers", site.slug, "--add").code == 0
    edge1 = Network.load(site.document).router("edge1")
    assert edge1 is not None
    site.put(edge1.replace(name="edge0", hostname="netops@127.0.0.1:1"))
    ended = site.run("apply", "--router", "edge0", "--router", "edge1", "--yes", "--json")
    assert ended.code == 18 and [entry["router"] for entry in ended.data["routers"]] == ["edge0"]
    assert ended.envelope["warnings"] == ["not begun, because another one failed: edge1"]
    assert "neighbor" not in site.router.running_config


def test_the_sample_is_there() -> None:
    assert (SAMPLE / "net.json.gz").is_file() and (TEMPLATES / "frr" / "main.j2").is_file()
