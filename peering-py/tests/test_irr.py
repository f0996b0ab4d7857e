"""AS-SETs as operators write them, prefix lists, and look-ups with the real bgpq4 against a registry of our own."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from golden import golden
from irrd import Irrd
from peering.exceptions import ConnectError, NotFoundError, OptionsError, ParseError, RejectedError, TimeoutError
from peering.irr import (
    AsSet,
    AsSets,
    Bgpq4,
    Compat,
    EmptyList,
    Family,
    Guard,
    Kept,
    PrefixEntry,
    Prefixes,
    RefreshOptions,
    SetFault,
    SetKind,
    ShortPrefix,
    ShrunkList,
    Skipped,
    Unchanged,
    Updated,
    aggregated,
    parse_as_list,
    parse_prefixes,
    refresh,
    refresh_async,
    settle,
)
from peering.model import AutonomousSystem, IrrSync, Network


def entry(prefix: str, **lengths: int | bool) -> PrefixEntry:
    return PrefixEntry(prefix=ip_network(prefix), **lengths)  # type: ignore[arg-type]


OBJECTS = """\
as-set: AS-ALL
members: AS3, AS-SUB, AS-GONE

as-set: AS-SUB
members: AS4, AS5, AS-ALL

route: 198.51.100.0/25
origin: AS3

route: 198.51.100.128/25
origin: AS4

route6: 2001:db8:3::/48
origin: AS3

route6: 2001:db8:5::/48
origin: AS5
"""

NOON = datetime(2030, 1, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def lab() -> Iterator[tuple[Irrd, Bgpq4]]:
    if shutil.which("bgpq4") is None:
        pytest.skip("there is no bgpq4 here")
    with Irrd(OBJECTS) as server:
        yield (
            server,
            Bgpq4(host=server.host, sources=("LAB",), ipv4_args=(), ipv6_args=(), timeout=timedelta(seconds=10)),
        )


@pytest.mark.parametrize("row", golden("irr_parse.json"), ids=str)
def test_texts_are_read_as_peering_manager_reads_them(row: dict[str, Any]) -> None:
    known = {"sources": row["sources"].split(",")} if row.get("sources") else {}
    read = AsSets.parse(row["asn"], row["irr_as_set"], Compat.PEERING_MANAGER, **known)
    assert [[one.source or "", one.name] for one in read.sets] == row["result"]


def words(text: str | None, separator: str | None = None) -> tuple[str, ...]:
    return tuple(word for word in (text or "").split(separator) if word)


@pytest.mark.parametrize("row", golden("irr_command.json"), ids=str)
def test_commands_are_peering_managers(row: dict[str, Any]) -> None:
    tool = Bgpq4(
        program=row["path"],
        host=row["host"],
        sources=words(row["sources"], ","),
        keep_source=row.get("keep_source", False),
    )
    sync = IrrSync(
        sources=words(row.get("sources_override"), ","),
        ipv4_args=words(row.get("args4")),
        ipv6_args=words(row.get("args6")),
    )
    one = AsSet(source=row.get("source") or None, name=row["as_set"])
    if row.get("command"):
        assert tool.prefix_command(one, Family(row["family"]), sync) == row["command"]
    if row.get("as_list_command"):
        assert tool.as_list_command(one, row.get("asn") or 65000, sync) == row["as_list_command"]


def test_what_is_no_set_is_told() -> None:
    read = AsSets.parse(64500, "ipv6:AS-SIX AS-ONE;see-website AS-ANY")
    assert [str(one) for one in read.sets] == ["ipv6:AS-SIX", "AS-ONE"]
    assert [problem.text for problem in read.problems] == ["see-website", "AS-ANY"]
    assert "everybody" in str(read.problems[1])
    assert [str(one) for one in read.of_family(64500, Family.IPV4)] == ["AS-ONE"]
    assert [str(one) for one in AsSets.parse(64500, "ipv6:AS-SIX").of_family(64500, Family.IPV4)] == ["AS64500"]
    assert [str(one) for one in AsSets.parse(64500, None).sets] == ["AS64500"]
    for text, fault in [
        ("AS-ANY", SetFault.EVERYBODY),
        ("--help", SetFault.FORM),
        ("as-one", SetFault.FORM),
        ("AS-ONE:RS-TWO", SetFault.MIXED),
        ("AS-" + "X" * 300, SetFault.LENGTH),
    ]:
        assert AsSet(name=text).fault is fault
        with pytest.raises(OptionsError, match=r"AS-|--help|as-one"):
            AsSet(name=text).check()
    assert AsSet(source="r$pe", name="AS-ONE").fault is SetFault.SOURCE
    good = AsSet.parse("ripe::AS64500:as-one")
    assert (good.fault, good.check(), str(good)) == (None, SetKind.AS_SET, "RIPE::AS64500:AS-ONE")
    assert AsSets.from_dict(read.to_dict()) == read
    with pytest.raises(ParseError, match="AS-SET"):
        AsSet.parse("see website")


def test_entries_are_written_as_the_tools_do() -> None:
    printed = '{"l": [{"prefix": "192.0.2.0\\/24", "exact": false, "greater-equal": 25, "less-equal": 26}]}'
    (one,) = parse_prefixes(printed)
    assert one == PrefixEntry(prefix=ip_network("192.0.2.0/24"), greater_equal=25, less_equal=26)
    again = PrefixEntry.from_dict(one.to_dict())
    assert again == one and hash(again) == hash(one)
    assert entry("10.0.0.0/8") == entry("10.0.0.0/8", exact=True)
    assert one.family is Family.IPV4 and len(Prefixes(ipv4=(one,))) == 1
    both = Prefixes(ipv4=(one,), ipv6=(entry("2001:db8::/32"),))
    assert both.accepts(ip_network("192.0.2.128/25")) and both.accepts(ip_network("2001:db8::/32"))
    assert not both.accepts(ip_network("192.0.2.0/24"))
    for wrong in ({"less_equal": 33}, {"greater_equal": 26, "less_equal": 25}, {"exact": True, "less_equal": 26}):
        with pytest.raises(OptionsError):
            entry("192.0.2.0/24", **wrong)
    with pytest.raises(ParseError):
        parse_prefixes("{}")
    with pytest.raises(ParseError):
        parse_as_list('{"l": ["AS1"]}')


def test_aggregation_keeps_the_set() -> None:
    halves = [PrefixEntry(prefix=net) for net in ip_network("10.0.0.0/22").subnets(new_prefix=24)]
    (joined,) = aggregated(halves)
    assert (str(joined.prefix), joined.lengths, joined.exact) == ("10.0.0.0/22", range(24, 25), False)


def test_a_list_takes_the_place_of_the_last_good_one_within_bounds() -> None:
    assert settle(None, None, [1, 2], now=NOON).outcome == Updated(before=0, now=2)
    assert settle([1, 2], None, [1, 2], now=NOON).outcome == Unchanged()
    kept = settle(range(100), NOON, range(10))
    assert (kept.held, kept.at) == (tuple(range(100)), NOON)
    assert isinstance(kept.outcome, Kept) and kept.outcome.refusal == ShrunkList(before=100, now=10, percent=90)
    assert "90% less" in str(kept.outcome) and kept.outcome.age(NOON + timedelta(hours=1)) == timedelta(hours=1)
    assert settle(range(100), NOON, [1], Guard.off(), NOON).held == (1,)
    everything = Prefixes(ipv4=(entry("0.0.0.0/0"),))
    refused = settle(None, None, everything).outcome
    assert isinstance(refused, Kept) and refused.refusal == ShortPrefix(entry=everything.ipv4[0])
    some = Prefixes(ipv4=(entry("192.0.2.0/24"),))
    lost = settle(some, NOON, Prefixes())
    assert lost.held == some and isinstance(lost.outcome, Kept) and lost.outcome.refusal == EmptyList(before=1)
    failed = settle(some, NOON, NotFoundError("no such set"))
    assert failed.held == some and isinstance(failed.outcome, Kept) and isinstance(failed.outcome.error, NotFoundError)
    assert settle(some, None, some, now=NOON).at == NOON


def test_sets_are_looked_up(lab: tuple[Irrd, Bgpq4]) -> None:
    server, bgpq4 = lab
    everything = AsSet.parse("AS-ALL")
    found = bgpq4.prefixes(everything, Family.IPV4)
    assert [str(entry.prefix) for entry in found.value] == ["198.51.100.0/25", "198.51.100.128/25"]
    assert "!a4AS-ALL" in server.seen
    six = asyncio.run(bgpq4.prefixes_async(everything, Family.IPV6))
    assert [entry.prefix for entry in six.value] == [ip_network("2001:db8:3::/48"), ip_network("2001:db8:5::/48")]
    assert bgpq4.as_list(everything).value == [3, 4, 5]
    assert asyncio.run(bgpq4.as_list_async(AsSet.parse("AS7"))).value == [7]
    with pytest.raises(NotFoundError, match="AS-NOSUCH") as missing:
        bgpq4.prefixes(AsSet.parse("AS-NOSUCH"), Family.IPV4)
    assert missing.value.host == server.host
    server.refuse.append("!a4")
    with pytest.raises(RejectedError):
        bgpq4.prefixes(everything, Family.IPV4)
    with pytest.raises(ConnectError):
        bgpq4.replace(host="127.0.0.1:1").prefixes(everything, Family.IPV4)


def test_what_is_no_name_becomes_no_argument() -> None:
    never = Bgpq4(program="/nonexistent/bgpq4")
    with pytest.raises(OptionsError, match="--help"):
        never.prefixes(AsSet(name="--help"), Family.IPV4)
    with pytest.raises(OptionsError, match="cannot be started"):
        never.as_list(AsSet.parse("AS-ONE"))


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    program, mark = tmp_path / "bgpq4", tmp_path / "mark"
    program.write_text(f"#!/bin/sh\nsleep 2\ntouch {mark}\n")
    program.chmod(0o755)
    hanging = Bgpq4(program=str(program), timeout=timedelta(milliseconds=200))
    with pytest.raises(TimeoutError, match="killed"):
        hanging.prefixes(AsSet.parse("AS-ONE"), Family.IPV4)

    async def cancelled() -> None:
        patient = hanging.replace(timeout=timedelta(seconds=60))
        task = asyncio.create_task(patient.prefixes_async(AsSet.parse("AS-ONE"), Family.IPV4))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    time.sleep(2.2)
    assert not mark.exists(), "what was cancelled goes on"


def test_a_network_is_refreshed_system_by_system(lab: tuple[Irrd, Bgpq4]) -> None:
    _, bgpq4 = lab
    old = Prefixes(ipv4=(entry("203.0.113.0/24"),))
    network = Network(
        autonomous_systems=(
            AutonomousSystem(asn=3, name="Good", irr_as_set="AS-ALL nonsense!"),
            AutonomousSystem(asn=64501, name="Gone", irr_as_set="AS-NOSUCH", prefixes=old, prefixes_updated=NOON),
            AutonomousSystem(asn=64502, name="Quiet", irr_sync=IrrSync(prefixes=False, as_list=False)),
        )
    )
    fresh, refreshed = refresh(network, bgpq4, now=NOON + timedelta(days=1))
    good, gone, quiet = refreshed
    assert good.is_good and good.prefixes == Updated(before=0, now=3) and good.as_list == Updated(before=0, now=3)
    assert [problem.text for problem in good.problems] == ["nonsense!"]
    assert not gone.is_good and isinstance(gone.prefixes, Kept) and isinstance(gone.prefixes.error, NotFoundError)
    assert gone.prefixes.at == NOON and (quiet.prefixes, quiet.as_list) == (Skipped(), Skipped())
    first, second, _ = fresh.autonomous_systems
    assert first.prefixes is not None and [str(entry.prefix) for entry in first.prefixes.ipv4] == ["198.51.100.0/24"]
    assert (first.as_list, first.prefixes_updated) == ((3, 4, 5), NOON + timedelta(days=1))
    assert second.prefixes == old and network.autonomous_systems[0].prefixes is None
    again, refreshed = asyncio.run(refresh_async(fresh, bgpq4, RefreshOptions(only=(3,))))
    assert [(row.asn, row.prefixes) for row in refreshed] == [(3, Unchanged())]
    assert again.autonomous_systems[1] == second
