"""The records of a network are those of the core, and its rules are asked of the core."""

# Text and lists are taken for what they stand for, which the annotations do not say.
# mypy: disable-error-code="arg-type,list-item"
# pyright: reportArgumentType=false
from __future__ import annotations

import asyncio
import dataclasses
import enum
import json
import pickle
import time
import types
import typing
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path
from typing import Any

import peering.model
import pytest
from peering import Network, Secret
from peering.exceptions import NotFoundError, OptionsError, ParseError, StorageError
from peering.model import (
    AutonomousSystem,
    Bfd,
    BgpGroup,
    BgpState,
    Community,
    CommunityKind,
    Compat,
    ConfigContext,
    Connection,
    Contact,
    ContextAssignment,
    DirectSession,
    Family,
    HiddenPeer,
    IgnoredBecause,
    InternetExchange,
    InternetExchangeSession,
    Observed,
    Platform,
    PrefixCounts,
    PrefixEntry,
    Prefixes,
    Relationship,
    Router,
    RoutingPolicy,
    SessionStatus,
    Status,
    Tag,
    Template,
    UnmatchedBecause,
    json_schema,
    observed_by_napalm,
)
from peering.state import BgpNeighbor, NeighborFamily

SCHEMA = json_schema()
#: Types of the schema that are no record and no enum here.
PLAIN = {"Asn": int, "MacAddress": str, "Secret": Secret}


def definitions() -> dict[str, Any]:
    return {**SCHEMA["$defs"], "Network": SCHEMA}


def public(name: str) -> Any:
    return getattr(peering.model, name)


def values_of(definition: dict[str, Any]) -> set[Any]:
    """The values of an enum, in the forms in which the schema says them."""
    return set(definition.get("enum", ())) | {value for one in definition.get("oneOf", ()) for value in values(one)}


def values(one: dict[str, Any]) -> list[Any]:
    return [one["const"]] if "const" in one else list(one["enum"])


@pytest.mark.parametrize("name", sorted(set(definitions()) - set(PLAIN)))
def test_a_record_is_as_the_schema_says(name: str) -> None:
    definition, cls = definitions()[name], public(name)
    if "properties" not in definition:
        assert issubclass(cls, enum.Enum)
        assert {member.value for member in cls} == values_of(definition)
        return
    assert set(cls.__record_keys__) == set(definition["properties"])
    hints = typing.get_type_hints(cls)
    for key, field in zip(cls.__record_keys__, dataclasses.fields(cls), strict=True):
        is_required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        assert is_required == (key in definition.get("required", ())), f"{name}.{key}"
        assert fits(hints[field.name], definition["properties"][key]), f"{name}.{key}"


def fits(annotation: Any, schema: dict[str, Any]) -> bool:
    """Whether a Python annotation holds what the schema describes."""
    if "$ref" in schema:
        wanted = schema["$ref"].rpartition("/")[2]
        return annotation is (PLAIN.get(wanted) or public(wanted))
    parts = set(typing.get_args(annotation))
    is_union = isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union
    if "anyOf" in schema:
        [inner] = [one for one in schema["anyOf"] if one != {"type": "null"}]
        return is_union and types.NoneType in parts and fits(union(parts - {types.NoneType}), inner)
    if isinstance(schema["type"], list):
        [inner] = [one for one in schema["type"] if one != "null"]
        return is_union and types.NoneType in parts and fits(union(parts - {types.NoneType}), {**schema, "type": inner})
    match schema["type"]:
        case "array":
            return typing.get_origin(annotation) in (tuple, Sequence) and fits(
                typing.get_args(annotation)[0], schema["items"]
            )
        case "object":
            return typing.get_origin(annotation) is not None and typing.get_args(annotation) == (str, Any)
        case "boolean":
            return annotation is bool
        case "integer":
            return annotation is int
    texts: list[set[Any]] = [{str}, {datetime}, {IPv4Interface}, {IPv6Interface}]
    texts += [{IPv4Address, IPv6Address}, {IPv4Interface, IPv6Interface}, {IPv4Network, IPv6Network}]
    return (parts or {annotation}) in texts


def union(parts: set[Any]) -> Any:
    return typing.Union[tuple(parts)]  # noqa: UP007 - made at run time


def test_the_comparison_with_the_schema_can_fail() -> None:
    assert not fits(int, {"type": "string"})
    assert not fits(str, {"type": ["string", "null"]})
    assert not fits(Status, {"$ref": "#/$defs/SessionStatus"})
    assert not fits(tuple[str, ...], {"type": "array", "items": {"type": "integer"}})


#: Each part with what must be said of it, in a document that is sound.
LEAST = Network(
    autonomous_systems=[AutonomousSystem(asn=64500, name="Ours")],
    bgp_groups=[BgpGroup(name="G", slug="g")],
    internet_exchanges=[InternetExchange(name="IX", slug="ix")],
    connections=[Connection(name="c")],
    internet_exchange_sessions=[
        InternetExchangeSession(autonomous_system=64500, connection="c", ip_address="192.0.2.1")
    ],
    direct_sessions=[DirectSession(autonomous_system=64500, ip_address="192.0.2.1/24")],
    routing_policies=[RoutingPolicy(name="P", slug="p")],
    communities=[Community(name="C", slug="c", value="64500:1")],
    relationships=[Relationship(name="R", slug="r")],
    bfds=[Bfd(name="B", slug="b")],
    routers=[Router(name="r", hostname="h")],
    platforms=[Platform(name="F", driver="frr")],
    templates=[Template(name="t", template="x")],
    config_contexts=[ConfigContext(name="x")],
    tags=[Tag(name="T", slug="t")],
    hidden_peers=[HiddenPeer(asn=64501, ixlan=1)],
)


def test_defaults_are_those_of_rust() -> None:
    least: dict[str, Any] = {}
    for name, kind in typing.get_type_hints(Network).items():
        if name.startswith("_"):
            continue
        [row] = getattr(LEAST, name)
        needed = SCHEMA["$defs"][typing.get_args(kind)[0].__name__]["required"]
        least[name] = [{key: row.to_dict()[key] for key in needed}]
    assert set(least) == set(SCHEMA["properties"])
    read = Network.from_json(json.dumps(least))
    for name in least:
        assert getattr(read, name) == getattr(LEAST, name), name
    assert read == LEAST and hash(read) == hash(LEAST)
    # What is left out is what the records say: said in full, it is the same document to Rust.
    said = Network.from_json(json.dumps(LEAST.to_dict()))
    assert said.to_json() == read.to_json() == LEAST.to_json()
    other = {**LEAST.to_dict(), "direct_sessions": [{**LEAST.direct_sessions[0].to_dict(), "multihop_ttl": 2}]}
    assert Network.from_json(json.dumps(other)).to_json() != read.to_json()
    LEAST.validate()


FULL = LEAST.put(
    AutonomousSystem(
        asn=64500,
        name="Ours",
        prefixes=Prefixes(ipv4=[PrefixEntry(prefix="10.0.0.0/8", greater_equal=9, less_equal=24)]),
        prefixes_updated=datetime(2026, 1, 2, tzinfo=timezone.utc),
        contacts=[Contact(role="Policy", name="P", email="p@example.net"), Contact(role="NOC", name="N")],
        config_contexts=[ContextAssignment(context="x", weight=5)],
        local_context_data={"a": [1, {"b": None}]},
    ),
    InternetExchangeSession(
        autonomous_system=64500,
        connection="c",
        ip_address="192.0.2.1",
        password="hunter2",
        bgp_state="established",
        prefix_counts=PrefixCounts(received=3),
        last_established_state=datetime(2026, 1, 2, tzinfo=timezone.utc),
    ),
    InternetExchange(name="IX", slug="ix", status=Status.PRE_MAINTENANCE, prefixes=["192.0.2.0/24", "2001:db8::/64"]),
    Connection(name="c", mac_address="001b.7749.54fd", ipv4_address="192.0.2.9/24", ipv6_address="2001:db8::9/64"),
    RoutingPolicy(name="P", slug="p", type="import-policy", address_family=Family.IPV6, weight=3),
)


def test_a_network_is_the_same_after_every_way_there_and_back(tmp_path: Path) -> None:
    ways = [
        Network.from_json(FULL.to_json(expose_secrets=True)),
        Network.from_yaml(FULL.to_yaml(expose_secrets=True)),
        Network.from_dict(FULL.to_dict(expose_secrets=True)),
        pickle.loads(pickle.dumps(FULL)),
        FULL.replace(),
    ]
    for name in ("network.json", "network.yaml", "parts"):
        FULL.save(tmp_path / name, expose_secrets=True)
        ways.append(Network.load(tmp_path / name))
    asyncio.run(FULL.save_async(tmp_path / "async.yml", expose_secrets=True))
    ways.append(asyncio.run(Network.load_async(tmp_path / "async.yml")))
    for other in ways:
        assert other == FULL and hash(other) == hash(FULL)
    assert FULL.connections[0].mac_address == "00:1b:77:49:54:fd"
    assert FULL.internet_exchange_sessions[0].password == Secret("hunter2")
    assert {FULL, *ways} == {FULL}


def test_secrets_stay_secret(tmp_path: Path) -> None:
    session = FULL.internet_exchange_sessions[0]
    for text in (repr(session), repr(FULL), FULL.to_json(), FULL.to_yaml(), str(FULL.to_dict())):
        assert "hunter2" not in text
    with pytest.raises(OptionsError, match="expose_secrets") as caught:
        FULL.save(tmp_path / "network.yaml")
    assert "hunter2" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    LEAST.save(tmp_path / "network.yaml")
    assert (tmp_path / "network.yaml").stat().st_mode & 0o077 == 0
    # The mark in a password's place can be read, but is not sound.
    with pytest.raises(OptionsError, match=r"internet_exchange_sessions\[0\].password: is the mark"):
        Network.from_json(FULL.to_json())


def test_records_show_what_is_not_usual_and_match() -> None:
    assert repr(LEAST.connections[0]) == "Connection(name='c')"
    assert repr(Network()) == "<Network: empty>"
    match FULL.internet_exchange_sessions[0]:
        case InternetExchangeSession(bgp_state=BgpState.ESTABLISHED, prefix_counts=PrefixCounts(received=count)):
            assert count == 3
        case other:
            pytest.fail(f"{other} did not match")
    with pytest.raises(dataclasses.FrozenInstanceError):
        FULL.connections[0].name = "other"  # type: ignore[misc]


def test_what_does_not_fit_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="nonsense"):
        Connection(name="c", nonsense=1)  # type: ignore[call-arg]
    with pytest.raises(OptionsError, match="ip_address: expected an IP address"):
        InternetExchangeSession(autonomous_system=1, connection="c", ip_address="192.0.2")
    with pytest.raises(ValueError, match="MAC address"):
        Connection(name="c", mac_address="zz")
    with pytest.raises(ParseError, match=r"connections\[0\].vlan"):
        Network.from_json('{"connections": [{"name": "c", "vlan": "x"}]}')
    with pytest.raises(ParseError, match="line 2"):
        Network.from_json("{\n,}")
    with pytest.raises(OptionsError, match=r"network.connections\[0\].vlan"):
        Network(connections=[Connection(name="c", vlan=70_000)]).validate()
    with pytest.raises(StorageError):
        Network.load(tmp_path / "nowhere.yaml")
    with pytest.raises(OptionsError):
        Network.load(tmp_path / "network.txt")
    twice = Network(connections=[Connection(name="c", router="r9"), Connection(name="c")])
    assert [str(problem) for problem in twice.problems()] == [
        'connections[0].router: refers to router "r9", which is not in the document',
        "connections[1].name: c occurs twice, first in connections[0]",
    ]
    with pytest.raises(OptionsError, match="occurs twice"):
        twice.validate()


RULES = Network.from_yaml("""
autonomous_systems:
  - {asn: 64500, name: Ours, affiliated: true}
  - {asn: 64501, name: Peer, ipv4_max_prefixes: 9, import_routing_policies: [peer], communities: [high]}
internet_exchanges: [{name: IX, slug: ix, status: maintenance, import_routing_policies: [ix]}]
connections: [{name: ix-1, internet_exchange: ix, router: r1, ipv4_address: 192.0.2.7/24}]
internet_exchange_sessions:
  - {autonomous_system: 64501, connection: ix-1, ip_address: 192.0.2.10, import_routing_policies: [own6, own]}
bgp_groups: [{name: Transit, slug: transit, status: disabled, export_routing_policies: [out]}]
direct_sessions:
  - {autonomous_system: 64501, ip_address: 198.51.100.2/30, local_ip_address: 198.51.100.1/30, router: r1,
     bgp_group: transit, password: swordfish, config_contexts: [{context: off}, {context: site}],
     local_context_data: {mtu: 9000}}
routing_policies:
  - {name: Ix, slug: ix}
  - {name: Peer, slug: peer}
  - {name: Own, slug: own}
  - {name: Own6, slug: own6, address_family: 6, weight: 9}
  - {name: Out, slug: out, type: export-policy}
communities: [{name: High, slug: high, value: "64500:9"}, {name: Low, slug: low, value: "64500:1"}]
routers:
  - {name: r1, hostname: r1.example.net, platform: EOS, encrypt_passwords: true, communities: [high, low]}
  - {name: r2, hostname: r2.example.net}
platforms: [{name: EOS, driver: arista_eos, password_algorithm: arista-type7}]
config_contexts:
  - {name: site, data: {ntp: [192.0.2.1], mtu: 1500}}
  - {name: "off", is_active: false, data: {snmp: public}}
tags: [{name: Core, slug: core}]
""")


def names(rows: Any) -> list[str]:
    return [row.name for row in rows]


def test_the_rules_of_the_core_answer() -> None:
    [over_ix], [direct] = RULES.internet_exchange_sessions, RULES.direct_sessions
    [router, other] = RULES.routers
    assert names(RULES.import_policies(over_ix)) == ["Own", "Peer", "Ix"]
    assert names(RULES.import_policies(over_ix, compat=Compat.PEERING_MANAGER)) == ["Own6", "Own", "Peer", "Ix"]
    assert names(RULES.export_policies(direct)) == ["Out"]
    assert names(RULES.ordered_policies(["ix", "own6", "nowhere"])) == ["Own6", "Ix"]
    assert names(RULES.router_policies(router)) == ["Ix", "Out", "Own", "Own6", "Peer"]
    assert names(RULES.merged_communities(direct)) == ["High", "Low"]
    assert names(RULES.ordered_communities(["high", "low"])) == ["Low", "High"]
    assert RULES.sessions_on(router) == (over_ix, direct) == RULES.sessions
    assert RULES.sessions_on(other) == ()
    assert RULES.router_of(over_ix) is router and RULES.router_of(direct) is router
    assert RULES.exchange_of(over_ix) is RULES.internet_exchanges[0]
    assert RULES.group_of(direct) is RULES.bgp_groups[0]
    assert RULES.session_status(over_ix) is SessionStatus.MAINTENANCE
    assert RULES.session_status(direct) is SessionStatus.DISABLED
    assert RULES.connection_status(RULES.connections[0]) is Status.MAINTENANCE
    assert (RULES.max_prefixes(over_ix), RULES.connections_of("ix")) == (9, RULES.connections)
    assert RULES.local_address(over_ix) == IPv4Interface("192.0.2.7/24")
    assert RULES.merged_context(direct) == {"mtu": 9000, "ntp": ["192.0.2.1"]}
    assert RULES.merged_context(direct, compat=Compat.PEERING_MANAGER)["snmp"] == "public"
    assert RULES.encrypted_password(over_ix) is None
    ours, theirs = (RULES.encrypted_password(direct, compat=rules) for rules in Compat)
    assert ours is not None and theirs is not None and ours != theirs
    assert ours.expose().startswith("7 ") and "swordfish" not in repr(ours)
    # A session that is not in the network is answered for, too.
    assert RULES.max_prefixes(over_ix.replace(ip_address="2001:db8::1")) is None


def test_keys_lead_to_the_objects_themselves() -> None:
    for rows, find, key in [
        (RULES.autonomous_systems, RULES.autonomous_system, "asn"),
        (RULES.bgp_groups, RULES.bgp_group, "slug"),
        (RULES.internet_exchanges, RULES.internet_exchange, "slug"),
        (RULES.connections, RULES.connection, "name"),
        (RULES.routing_policies, RULES.routing_policy, "slug"),
        (RULES.communities, RULES.community, "slug"),
        (LEAST.relationships, LEAST.relationship, "slug"),
        (LEAST.bfds, LEAST.bfd, "slug"),
        (RULES.routers, RULES.router, "name"),
        (RULES.platforms, RULES.platform, "name"),
        (RULES.config_contexts, RULES.config_context, "name"),
    ]:
        for row in rows:
            assert find(getattr(row, key)) is row  # type: ignore[operator]
        assert find(1 if key == "asn" else "nowhere") is None  # type: ignore[operator]
    assert (RULES.tag_name("core"), RULES.tag_name("edge")) == ("Core", "edge")


def test_parts_answer_for_themselves() -> None:
    system = FULL.autonomous_systems[0]
    extra = Contact(role="noc", name="X", email="x@example.net")
    assert names(system.recipients(["NOC", "Policy"], [extra])) == ["X", "P"]
    assert names(system.recipients()) == ["P"]
    assert names(system.contacts_with_role("noc")) == ["N"]
    assert system.is_private and not AutonomousSystem(asn=714, name="A").is_private
    assert Community.kind_of("0:64500") is CommunityKind.STANDARD
    assert Community.kind_of("0:64500", compat=Compat.PEERING_MANAGER) is None
    same = DirectSession(autonomous_system=1, ip_address="192.0.2.1/30", local_ip_address="192.0.2.1/29")
    assert same.address_problem() == "both ends have the same address"
    assert same.address_problem(compat=Compat.PEERING_MANAGER) != same.address_problem()
    hidden = HiddenPeer(asn=1, ixlan=1, until=datetime.now(timezone.utc) - timedelta(seconds=1))
    assert not hidden.is_active() and hidden.is_active(datetime(2020, 1, 1, tzinfo=timezone.utc))


def test_networks_are_put_together() -> None:
    network = RULES.put(Tag(slug="core", name="Kern"), Tag(slug="edge", name="Edge"), Router(name="r3", hostname="h"))
    assert names(network.tags) == ["Kern", "Edge"] and names(network.routers) == ["r1", "r2", "r3"]
    assert names(RULES.tags) == ["Core"]
    assert network.without(Tag(slug="core", name="")).tags == (Tag(slug="edge", name="Edge"),)
    assert [problem.path for problem in network.without(RULES.routers[0]).problems()] == [
        "connections[0].router",
        "direct_sessions[0].router",
    ]
    both = RULES + Network(tags=[Tag(slug="core", name="Twice")])
    assert names(both.tags) == ["Core", "Twice"]
    # What occurs twice stays for `problems` to report.
    assert names(both.put(Tag(slug="x", name="X")).tags) == ["Core", "Twice", "X"]
    with pytest.raises(TypeError, match="a str is no part"):
        RULES.put("ix")
    with pytest.raises(TypeError):
        RULES + 1  # type: ignore[operator]


NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def neighbor(address: str, asn: int, state: BgpState = BgpState.ESTABLISHED) -> BgpNeighbor:
    family = NeighborFamily(family="ipv4-unicast", received=7, accepted=5)
    return BgpNeighbor(address=address, remote_as=asn, local_as=64500, state=state, families=[family])


def test_a_poll_updates_sessions_and_reports_the_others() -> None:
    seen = [neighbor("192.0.2.10", 64501), neighbor("198.51.100.2", 64999), neighbor("203.0.113.1", 64501)]
    network, report = RULES.polled("r1", seen, now=NOW)
    [session] = network.internet_exchange_sessions
    assert (session.bgp_state, session.last_established_state) == (BgpState.ESTABLISHED, NOW)
    assert session.prefix_counts == PrefixCounts(received=7, accepted=5)
    assert (report.updated, report.stale) == (1, ("direct_sessions[0]",))
    assert [(row.reason, row.autonomous_system) for row in report.unmatched] == [
        (UnmatchedBecause.OTHER_AUTONOMOUS_SYSTEM, 64501),
        (UnmatchedBecause.UNKNOWN, None),
    ]
    assert str(report.unmatched[1]) == '203.0.113.1 AS64501 in "default": no session has this address'
    # What was not touched is not made again, and secrets are what they were.
    assert network.routers is RULES.routers and network.direct_sessions is RULES.direct_sessions
    assert RULES.internet_exchange_sessions[0].bgp_state is None
    again, report = network.polled("r1", [])
    assert again.internet_exchange_sessions[0].bgp_state is None and len(report.stale) == 2
    with pytest.raises(NotFoundError, match="r9"):
        RULES.polled("r9", [])


def test_napalm_shapes_are_observations() -> None:
    peer = {"remote_as": 64501, "is_up": False, "address_family": {"ipv4": {"received_prefixes": 3}}}
    [seen] = observed_by_napalm({"global": {"peers": {"192.0.2.10": peer}}})
    assert seen == Observed(address="192.0.2.10", remote_as=64501, prefix_counts=PrefixCounts(received=3))
    network, report = RULES.polled("r1", [seen])
    assert report.updated == 1 and network.internet_exchange_sessions[0].prefix_counts.received == 3
    row = {"remote_address": "192.0.2.10", "remote_as": 64501, "connection_state": "Shut (Admin)"}
    [seen] = observed_by_napalm({"blue": {"64501": [row]}}, detail=True)
    assert (seen.network_instance, seen.state) == ("blue", BgpState.IDLE)
    with pytest.raises(ParseError):
        observed_by_napalm({"global": 1})


def test_sessions_are_imported_from_a_router() -> None:
    seen = [neighbor("192.0.2.11", 64502), neighbor("192.0.2.12", 64503), neighbor("203.0.113.1", 64504)]
    asked: list[int] = []

    def describe(asn: int) -> AutonomousSystem | None:
        asked.append(asn)
        return AutonomousSystem(asn=asn, name="New") if asn == 64502 else None

    network, report = RULES.import_sessions("ix-1", seen, describe=describe)
    assert sorted(asked) == [64502, 64503]
    assert report.sessions_added == (IPv4Address("192.0.2.11"),) and report.autonomous_systems_added == (64502,)
    assert [row.reason for row in report.ignored] == [
        IgnoredBecause.UNKNOWN_AUTONOMOUS_SYSTEM,
        IgnoredBecause.ELSEWHERE,
    ]
    assert network.internet_exchange_sessions[:1] == RULES.internet_exchange_sessions
    assert network.internet_exchange_sessions[1].autonomous_system == 64502
    network.validate()


def many(count: int) -> Network:
    return Network(
        autonomous_systems=[AutonomousSystem(asn=64500 + at, name=f"Peer {at}") for at in range(count)],
        connections=[Connection(name="c")],
        internet_exchange_sessions=[
            InternetExchangeSession(
                autonomous_system=64500 + at, connection="c", ip_address=IPv4Address(0x0A000001 + at), password="secret"
            )
            for at in range(count)
        ],
    )


def test_a_large_network_crosses_over_once() -> None:
    network = many(5000)
    start = time.perf_counter()
    network.validate()
    first = time.perf_counter() - start
    start = time.perf_counter()
    for session in network.internet_exchange_sessions[:50]:
        network.session_status(session)
    # Fifty questions are nothing beside one crossing: the network is not taken over again for each.
    assert time.perf_counter() - start < first
    assert Network.from_json(network.to_json(expose_secrets=True)) == network
