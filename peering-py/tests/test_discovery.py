"""Discovery over a mirror, as a user asks for it; the rules themselves are tested in the core."""

# Text and lists are taken for what they stand for, which the annotations do not say.
# mypy: disable-error-code="arg-type"
# pyright: reportArgumentType=false
from __future__ import annotations

import asyncio
import json
import os
import pickle
from collections.abc import Iterable
from datetime import datetime, timezone
from ipaddress import IPv4Address, IPv4Interface, IPv6Address
from pathlib import Path
from typing import Any

import pytest
from peering import Cache, Discovery, Network
from peering.discovery import (
    AddressDiffers,
    Compat,
    ExchangeMeasure,
    Filter,
    ImportReport,
    NetworkMeasure,
    NoPrefix,
    NoRecord,
    PeerPort,
    Place,
)
from peering.exceptions import NotFoundError, OptionsError
from peering.model import (
    AutonomousSystem,
    BgpState,
    Connection,
    Contact,
    Family,
    HiddenPeer,
    InternetExchange,
    InternetExchangeSession,
    MissingSession,
)
from peering.peeringdb import Net, Poc, load_dump

SHARED = Path(os.environ.get("PEERING_SHARED", Path(__file__).resolve().parents[3] / "shared"))


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {name} of the shared data (PEERING_SHARED)")
    return path


def cache_of(**tables: list[dict[str, Any]]) -> Cache:
    cache = Cache.in_memory()
    stamp = {"status": "ok", "created": "2024-01-01T00:00:00Z", "updated": "2024-01-01T00:00:00Z"}
    answers = {
        name: json.dumps({"data": [{**stamp, **row} for row in rows], "meta": {}}).encode()
        for name, rows in tables.items()
    }
    load_dump(cache, answers)
    return cache


def port(id: int, asn: int, lan: int = 1, **fields: Any) -> dict[str, Any]:
    base = {"id": id, "net_id": asn, "ix_id": lan, "ixlan_id": lan, "asn": asn, "operational": True, "speed": 1000}
    return {**base, **fields}


MIRROR = cache_of(
    net=[
        {"id": 64500, "asn": 64500, "name": "Ours"},
        {"id": 3333, "asn": 3333, "name": "Open Net", "policy_general": "Open", "info_prefixes4": 10},
        {"id": 714, "asn": 714, "name": "Closed Net", "policy_general": "Restrictive"},
    ],
    ix=[{"id": 1, "name": "IX One"}, {"id": 2, "name": "IX Two"}],
    ixlan=[{"id": 1, "ix_id": 1}, {"id": 2, "ix_id": 2}],
    ixpfx=[
        {"id": 1, "ixlan_id": 1, "protocol": "IPv4", "prefix": "192.0.2.0/24"},
        {"id": 2, "ixlan_id": 1, "protocol": "IPv6", "prefix": "2001:db8::/64"},
    ],
    netixlan=[
        port(1, 64500, ipaddr4="192.0.2.1", ipaddr6="2001:db8::1"),
        port(2, 3333, ipaddr4="192.0.2.2", ipaddr6="2001:db8::2", speed=20000),
        port(3, 714, ipaddr4="192.0.2.3", is_rs_peer=True),
        port(4, 64500, 2, ipaddr4="198.51.100.1"),
        port(5, 3333, 2, ipaddr4="198.51.100.2"),
    ],
    fac=[
        {"id": 1, "name": "Near", "city": "Amsterdam", "country": "NL", "latitude": 52.37, "longitude": 4.90},
        {"id": 2, "name": "Far", "city": "Frankfurt", "country": "DE", "latitude": 50.11, "longitude": 8.68},
    ],
    netfac=[
        {"id": 1, "net_id": 64500, "fac_id": 1, "local_asn": 64500},
        {"id": 2, "net_id": 3333, "fac_id": 1, "local_asn": 3333},
    ],
    ixfac=[{"id": 1, "ix_id": 1, "fac_id": 1}],
)
DISCOVERY = Discovery(MIRROR)


def ours() -> Network:
    network, _ = DISCOVERY.imported(Network(), 64500)
    return network


def test_our_exchanges_are_imported_once() -> None:
    network, report = DISCOVERY.imported(Network(), 64500)
    assert report.exchanges_added == ("ix-one-1-as64500", "ix-two-2-as64500")
    assert report.connections_added == ("ix-one-1-as64500-1",)
    # The mirror has no prefix of the second LAN: the length is not known.
    no_prefix = [note for note in report.notes if isinstance(note, NoPrefix)]
    assert [note.address for note in no_prefix] == [IPv4Address("198.51.100.1")]
    assert str(no_prefix[0]) == no_prefix[0].text and "ixlan 2" in no_prefix[0].text
    assert network.connections[0].ipv4_address == IPv4Interface("192.0.2.1/24")
    assert network.autonomous_system(64500) == AutonomousSystem(asn=64500, name="Ours", affiliated=True)
    network.validate()
    again, report = DISCOVERY.imported(network, 64500)
    assert not report.changed and again == network and again.connections is network.connections
    moved = network.put(network.connections[0].replace(ipv4_address="192.0.2.9/24"))
    _, report = DISCOVERY.imported(moved, 64500)
    assert [note.connection for note in report.notes if isinstance(note, AddressDiffers)] == ["ix-one-1-as64500-1"]
    unknown, report = DISCOVERY.imported(Network(), 65000)
    assert unknown == Network() and [note.id for note in report.notes if isinstance(note, NoRecord)] == [65000]
    assert ImportReport.from_dict(report.to_dict()) == report


def test_missing_sessions_are_found_and_added() -> None:
    network = ours()
    [exchange] = DISCOVERY.shared_exchanges(network, 64500, 714)
    assert exchange is network.internet_exchanges[0]
    [peer] = DISCOVERY.missing(network, 64500, 3333)
    assert (peer.asn, peer.name, peer.port.id) == (3333, "Open Net", 2)
    assert [session.ip_address for session in peer.sessions] == [IPv6Address("2001:db8::2"), IPv4Address("192.0.2.2")]
    assert list(DISCOVERY.missing_at(network, exchange.slug, 3333)) == [peer]
    assert pickle.loads(pickle.dumps(peer)) == peer
    added = peer.add_to(network)
    assert added.autonomous_system(3333) == AutonomousSystem(asn=3333, name="Open Net", ipv4_max_prefixes=10)
    assert added.internet_exchange_sessions == peer.sessions
    added.validate()
    assert len(DISCOVERY.missing(added, 64500, 3333)) == 0
    assert peer.add_to(added) == added
    # One of the two is left when the other is there.
    one = network.put(peer.autonomous_system, peer.sessions[0])
    assert [row.sessions for row in DISCOVERY.missing(one, 64500, 3333)] == [peer.sessions[1:]]
    with pytest.raises(NotFoundError, match="nowhere"):
        DISCOVERY.missing_at(network, "nowhere", 3333)


def test_available_peers_pass_the_filter() -> None:
    network = ours()
    slug = network.internet_exchanges[0].slug

    def available(**wanted: Any) -> list[int]:
        return [peer.asn for peer in DISCOVERY.available(network, slug, Filter(**wanted))]

    assert available() == [714, 3333]
    assert available(policies=["Open"]) == [3333]
    assert available(route_server_member=True) == [714]
    assert available(operational=False) == []
    [peer] = DISCOVERY.missing(network, 64500, 3333)
    assert Filter(policies=["Open"]).accepts(peer.port, peer.network) and not Filter(bfd=True).accepts(peer.port)
    one, two = DISCOVERY.available_everywhere(network, 64500)
    assert one.exchange is network.internet_exchanges[0] and [peer.asn for peer in one.peers] == [714, 3333]
    assert len(two.peers) == 0
    hidden = network.put(HiddenPeer(asn=714, ixlan=1, until=datetime(2030, 1, 1, tzinfo=timezone.utc)))
    at = {year: Discovery(MIRROR, now=datetime(year, 1, 1, tzinfo=timezone.utc)) for year in (2029, 2031)}
    assert [peer.asn for peer in at[2029].available(hidden, slug)] == [3333]
    assert [peer.asn for peer in at[2029].available(hidden, slug, Filter(include_hidden=True))] == [714, 3333]
    assert [peer.asn for peer in at[2031].available(hidden, slug)] == [714, 3333]
    everywhere = PeerPort.add_all(one.peers, network)
    assert len(everywhere.internet_exchange_sessions) == 3 and available() == [714, 3333]
    assert len(DISCOVERY.available(everywhere, slug)) == 0


def test_peers_that_left_are_found() -> None:
    gone = InternetExchangeSession(
        autonomous_system=3333, connection="ix-one-1-as64500-1", ip_address="192.0.2.77", bgp_state=BgpState.IDLE
    )
    here = gone.replace(ip_address="192.0.2.2")
    network = ours().put(AutonomousSystem(asn=3333, name="x"), gone, here)
    assert DISCOVERY.abandoned(network) == (gone,)
    assert DISCOVERY.abandoned(network)[0] is network.internet_exchange_sessions[0]
    assert DISCOVERY.is_abandoned(network, gone) and not DISCOVERY.is_abandoned(network, here)
    connecting = gone.replace(bgp_state=BgpState.CONNECT)
    by_theirs = Discovery(MIRROR, compat=Compat.PEERING_MANAGER)
    assert DISCOVERY.is_abandoned(network, connecting) and not by_theirs.is_abandoned(network, connecting)
    assert DISCOVERY.exists_in_peeringdb(3333, IPv4Address("192.0.2.2"))
    assert not DISCOVERY.exists_in_peeringdb(3333, IPv4Address("192.0.2.77"))
    with pytest.raises(NotFoundError, match="nowhere"):
        DISCOVERY.is_abandoned(network, gone.replace(connection="nowhere"))


def numbers(rows: Iterable[Any]) -> list[int]:
    return [row.id for row in rows]


def test_look_ups_by_records_alone() -> None:
    found = DISCOVERY.network(3333)
    assert isinstance(found, Net) and found.name == "Open Net" and DISCOVERY.network(65000) is None
    assert numbers(DISCOVERY.networks_named("net")) == [714, 3333]
    assert numbers(DISCOVERY.exchanges_named("two")) == [2]
    assert numbers(DISCOVERY.facilities_named("near")) == [1]
    assert numbers(DISCOVERY.networks_at_exchange(1)) == [714, 3333, 64500]
    assert numbers(DISCOVERY.networks_at_facility(1)) == [3333, 64500]
    assert numbers(DISCOVERY.exchanges_at_facility(1)) == [1]
    assert numbers(DISCOVERY.ports_of(64500)) == [1, 4]
    assert numbers(DISCOVERY.ports_at(1)) == [1, 2, 3]
    assert DISCOVERY.peering_lans_of(3333) == (1, 2)
    assert numbers(DISCOVERY.networks_at_exchanges_of(64500)) == [714, 3333]
    assert DISCOVERY.asns_at_exchanges_of(714) == (3333, 64500)
    assert numbers(DISCOVERY.exchanges_of(64500)) == [1, 2]
    assert numbers(DISCOVERY.shared_peeringdb_exchanges(64500, 714)) == [1]
    assert numbers(DISCOVERY.facilities_of(64500)) == [1]
    assert numbers(DISCOVERY.shared_facilities(64500, 3333)) == [1]
    [first, second] = DISCOVERY.possible(64500, 3333)
    assert [session.family for session in first.sessions] == [Family.IPV6, Family.IPV4]
    assert (second.theirs.id, second.sessions[0].our_address) == (5, IPv4Address("198.51.100.1"))
    network = ours()
    linked = DISCOVERY.linked_port(network, network.connections[0].name)
    assert linked is not None and linked.id == 1
    meeting = DISCOVERY.meeting(network, 64500, 714)
    assert meeting.missing_sessions == (
        MissingSession(
            internet_exchange="ix-one-1-as64500", connections=["ix-one-1-as64500-1"], ipaddr4="192.0.2.3", ipaddr6=None
        ),
    )
    assert meeting.exchanges == ("ix-one-1-as64500",) and meeting.facilities == ()


def test_distances_and_totals() -> None:
    near = DISCOVERY.facilities_near(Place(latitude=52.0, longitude=5.0), 100)
    assert [row.facility.id for row in near] == [1] and 40 < near[0].kilometres < 45
    assert [row.facility.id for row in DISCOVERY.facilities_near_facility(1, 400)] == [2]
    assert Place.of(near[0].facility) == Place(latitude=52.37, longitude=4.90)
    with pytest.raises(OptionsError, match="latitude"):
        Place(latitude=91.0, longitude=0.0)
    with pytest.raises(OptionsError, match="distance"):
        DISCOVERY.facilities_near(Place(latitude=0.0, longitude=0.0), -1)
    with pytest.raises(NotFoundError):
        DISCOVERY.facilities_near_facility(99, 1)
    largest = DISCOVERY.largest_exchanges(ExchangeMeasure.CAPACITY, 1)
    assert [(row.ix, row.networks, row.ports, row.capacity) for row in largest] == [(1, 3, 3, 22000)]
    assert largest[0].exchange is not None and largest[0].exchange.name == "IX One"
    widest = DISCOVERY.largest_networks(NetworkMeasure.FACILITIES)
    assert [(row.net, row.exchanges, row.facilities) for row in widest] == [(3333, 2, 1), (64500, 2, 1), (714, 1, 0)]


def test_every_question_has_an_async_twin() -> None:
    network = ours()

    async def ask() -> tuple[Any, ...]:
        questions = (
            DISCOVERY.missing_async(network, 64500, 3333),
            DISCOVERY.shared_exchanges_async(network, 64500, 714),
            DISCOVERY.available_everywhere_async(network, 64500),
            DISCOVERY.peering_lans_of_async(3333),
            DISCOVERY.imported_async(Network(), 64500),
        )
        return tuple(await asyncio.gather(*questions))

    missing, exchanges, everywhere, lans, (imported, _) = asyncio.run(ask())
    assert missing == DISCOVERY.missing(network, 64500, 3333) and len(missing) == 1
    assert exchanges == DISCOVERY.shared_exchanges(network, 64500, 714)
    assert everywhere == DISCOVERY.available_everywhere(network, 64500)
    assert (lans, imported) == ((1, 2), network)
    plain = {name for name in dir(Discovery) if not name.startswith("_") and not name.endswith("_async")}
    assert {f"{name}_async" for name in plain} <= set(dir(Discovery)) and len(plain) > 30


def test_a_sync_is_seen_by_the_next_answer() -> None:
    cache = cache_of(netixlan=[port(1, 64500, ipaddr4="192.0.2.1")])
    discovery = Discovery(cache)
    assert numbers(discovery.ports_of(64500)) == [1]
    load_dump(cache, {"netixlan": json.dumps({"data": [port(2, 64500, ipaddr4="192.0.2.2")]}).encode()})
    assert 2 in numbers(discovery.ports_of(64500))


def test_records_and_systems_are_compared() -> None:
    record = Net(id=1, asn=3333, name="New", irr_as_set="AS-NEW", info_prefixes4=7)
    assert AutonomousSystem.from_record(record) == AutonomousSystem(
        asn=3333, name="New", irr_as_set="AS-NEW", ipv4_max_prefixes=7
    )
    system = AutonomousSystem(asn=3333, name="Old", peeringdb_sync={"name": False})
    assert [row.field for row in system.divergence(record)] == ["name", "irr_as_set", "ipv4_max_prefixes"]
    refreshed, changes = system.refreshed(record)
    assert (refreshed.name, refreshed.irr_as_set, refreshed.ipv4_max_prefixes) == ("Old", "AS-NEW", 7)
    assert [(row.peeringdb_field, row.record) for row in changes] == [("irr_as_set", "AS-NEW"), ("info_prefixes4", "7")]
    with pytest.raises(OptionsError):
        AutonomousSystem.from_record(Net(id=1))
    poc = Poc(id=1, role="Policy", name="", email="peering@example.net", visible="Public")
    assert Contact.from_record(poc) == Contact(role="Policy", name="", email="peering@example.net")


def world(case: dict[str, Any]) -> tuple[Cache, Network]:
    """A recorded world as a mirror and a network."""
    asns = sorted({row["asn"] for row in case["netixlans"]})
    cache = cache_of(
        net=[{"id": asn, "org_id": 1, "asn": asn, "name": f"Network {asn}"} for asn in asns],
        netixlan=[
            port(row["id"], row["asn"], row["ixlan"], ipaddr4=row.get("ipaddr4"), ipaddr6=row.get("ipaddr6"))
            for row in case["netixlans"]
        ],
    )
    until = {"future": "2101-01-01T00:00:00Z", "past": "2001-01-01T00:00:00Z"}
    local = case["local_asn"]
    known = {local, *(row["asn"] for row in case["sessions"])}
    network = Network(
        autonomous_systems=[AutonomousSystem(asn=asn, name="x") for asn in sorted(known)],
        internet_exchanges=[
            InternetExchange(slug=f"ix-{lan}", name="IX", local_autonomous_system=local, peeringdb_ixlan=lan)
            for lan in case["ixps"]
        ],
        connections=[
            Connection(
                name=str(row["id"]),
                internet_exchange=f"ix-{row['ixlan']}",
                ipv4_address=row["ipv4"] and f"{row['ipv4']}/24",
                ipv6_address=row["ipv6"] and f"{row['ipv6']}/64",
            )
            for row in case["connections"]
        ],
        internet_exchange_sessions=[
            InternetExchangeSession(
                autonomous_system=row["asn"], connection=str(row["connection"]), ip_address=row["ip"]
            )
            for row in case["sessions"]
        ],
        hidden_peers=[
            HiddenPeer(asn=row["asn"], ixlan=row["ixlan"], until=until.get(row.get("until"), row.get("until")))
            for row in case["hidden"]
        ],
    )
    return cache, network


def test_recorded_worlds_come_out_as_recorded() -> None:
    cases = json.loads(shared("golden/discovery.json").read_text())[:40]
    asked = 0
    for case in cases:
        cache, network = world(case)
        now = datetime(2024, 6, 1, tzinfo=timezone.utc)
        discovery = Discovery(cache, compat=Compat.PEERING_MANAGER, now=now)
        ours, expect = case["local_asn"], case["expect"]
        for name, hidden in (("available", False), ("available_show_hidden", True)):
            if (expected := expect.get(name)) is not None:
                found = discovery.available_everywhere(network, ours, Filter(include_hidden=hidden))
                ports = {str(row.exchange.peeringdb_ixlan): [peer.port.id for peer in row.peers] for row in found}
                assert {lan: sorted(ids) for lan, ids in ports.items()} == {k: sorted(v) for k, v in expected.items()}
        for asn, expected in expect.get("missing", {}).items():
            assert sorted(peer.port.id for peer in discovery.missing(network, ours, int(asn))) == sorted(expected)
            asked += len(expected)
        for key, expected in expect.get("missing_per_ixp", {}).items():
            asn, lan = key.split("@")
            found_at = discovery.missing_at(network, f"ix-{lan}", int(asn))
            assert sorted(peer.port.id for peer in found_at) == sorted(expected)
    assert asked > 10


def test_a_real_mirror_answers() -> None:
    cache = Cache.in_memory()
    load_dump(cache, shared("peeringdb/real-2022-10-06"))
    discovery = Discovery(cache)
    network, report = discovery.imported(Network(), 13335)
    assert len(report.exchanges_added) > 100 and len(network.connections) > 100
    network.validate()
    peers = discovery.missing(network, 13335, 6939)
    assert len(peers) > 100
    added = PeerPort.add_all(peers, network)
    assert len(added.internet_exchange_sessions) > 200 and len(discovery.missing(added, 13335, 6939)) == 0
    added.validate()
