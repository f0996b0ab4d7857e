"""PeeringDB's records and the cache."""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from enum import Enum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, cast, get_type_hints

import peering
import pytest
from peering import _native
from peering.exceptions import NotFoundError, OptionsError, StorageError
from peering.peeringdb import (
    Cache,
    Change,
    ChangeKind,
    Fac,
    Ix,
    IxPfx,
    MemberEvent,
    Net,
    NetIxLan,
    Object,
    ObjectType,
    Org,
    Poc,
    Reconcile,
    Status,
    SyncReport,
    at_least,
    at_most,
    contains,
    greater_than,
    less_than,
    load_dump,
    load_dump_async,
    repair,
    starts_with,
)
from peering.peeringdb.progress import Applied, Fetching, Missing, SyncEvent
from peering.peeringdb.record import NetType, PeeringPolicy, of_type
from peering.peeringdb.report import Undecoded, UnknownValue
from peeringdb_data import DAY, SHARED, dump, generated, world

KINDS = [of_type(tag) for tag in ObjectType]


@pytest.fixture
def cache() -> Cache:
    cache = Cache.in_memory()
    load_dump(cache, dump(world()))
    return cache


@pytest.mark.parametrize("kind", KINDS)
def test_records_have_the_fields_of_the_core(kind: type[Object]) -> None:
    assert list(kind.__record_fields__) == [*_native.object_fields(kind.OBJECT.value), "extra", "kept"]


def test_fields_have_real_types(cache: Cache) -> None:
    net = cache.by_id(Net, 7)
    assert net is not None
    assert net.updated == datetime(2026, 8, 17, tzinfo=timezone.utc)
    assert net.policy_general is PeeringPolicy.OPEN and net.info_types == (NetType.NSP, "Moon Base")
    assert net.extra == {"meta": {"preferred_ip_mtu": 9000}} and net.kept == {}
    ports = cache.find(NetIxLan, asn=64501)
    assert (ports[0].ipaddr4, ports[0].ipaddr6) == (ip_address("192.0.2.4"), ip_address("2001:db8::4"))
    assert cache.all(IxPfx)[0].prefix == ip_network("192.0.2.0/24")
    assert ports[0].is_operational and ports[0].is_live and ports[0].status is Status.OK
    assert [net.policy_general for net in cache.all(Net)] == [PeeringPolicy.OPEN, "Sometimes"]


def test_a_row_of_an_unexpected_form_is_a_record_all_the_same() -> None:
    cache = Cache.in_memory()
    sent = {"id": 1, "asn": 64500, "speed": "fast", "ipaddr4": "nowhere", "updated": DAY, "colour": "red"}
    report = load_dump(cache, dump({"netixlan": [sent]}))
    assert [note.rule for note in report.warnings] == [Undecoded("speed"), Undecoded("ipaddr4")]
    port = cache.all(NetIxLan)[0]
    assert (port.asn, port.speed, port.ipaddr4) == (64500, None, None)
    assert (port.kept, port.extra) == ({"speed": "fast", "ipaddr4": "nowhere"}, {"colour": "red"})


def test_records_are_values(cache: Cache) -> None:
    net = cache.by_id(Net, 7)
    assert net == cache.find(Net, asn=64500)[0] and hash(net) == hash(cache.all(Net)[0])
    assert pickle.loads(pickle.dumps(net)) == net
    assert net is not None and Net.from_dict(net.to_dict()) == net
    match cache.all(NetIxLan)[0]:
        case NetIxLan(asn=64500, speed=int(speed)):
            assert speed == 10000
        case other:
            pytest.fail(repr(other))
    table = pickle.loads(pickle.dumps(cache.all(Net)))
    assert list(table) == list(cache.all(Net))


@pytest.mark.parametrize(
    ("kind", "filters", "found"),
    [
        (Net, {"asn": 64500}, [7]),
        (Net, {"asn": [64500, 64501, 64502]}, [7, 8]),
        (Net, {"asn": []}, []),
        (Net, {"asn": {64501}}, [8]),
        (Net, {"name": "Müller, Söhne"}, [8]),
        (Net, {"name": ["Müller, Söhne", "nobody"]}, [8]),
        (Net, {"name": contains("EXAMPLE")}, [7]),
        (Net, {"name__contains": "EXAMPLE"}, [7]),
        (Net, {"name": starts_with("M")}, [8]),
        (Net, {"info_ipv6": False}, [8]),
        (Net, {"policy_general": PeeringPolicy.OPEN}, [7]),
        (Net, {"policy_general": "Sometimes"}, [8]),
        (Net, {"search": "example"}, [7]),
        (Net, {"at_exchange": 31}, [7]),
        (Net, {"at_facility": 5}, [7]),
        (Net, {"limit": 1, "skip": 1}, [8]),
        (Net, {"updated": less_than(datetime(2026, 8, 17, tzinfo=timezone.utc))}, []),
        (Net, {"updated": at_least(datetime(2026, 8, 17, tzinfo=timezone.utc))}, [7, 8]),
        (Ix, {"with_network": 8}, [26]),
        (Fac, {"with_network": 7, "latitude": greater_than(50)}, [5]),
        (Fac, {"latitude": at_most(50)}, []),
        (NetIxLan, {"ix_id": [26, 31], "speed": at_least(10000)}, [1, 3]),
        (NetIxLan, {"ipaddr4": ip_address("192.0.2.1")}, [1]),
        (IxPfx, {"prefix": ip_network("192.0.2.0/24")}, [1]),
    ],
)
def test_filters(cache: Cache, kind: type[Object], filters: dict[str, Any], found: list[int]) -> None:
    assert [record.id for record in cache.find(kind, **filters)] == found
    assert cache.count(kind, **filters) == len(found)


@pytest.mark.parametrize(
    ("kind", "filters", "words"),
    [
        (Net, {"asns": 64500}, "it has id, org_id"),
        (Net, {"asn": "example"}, "an AS number"),
        (Net, {"asn": None}, "cannot be None"),
        (Net, {"asn": b"64500"}, "cannot be a bytes"),
        (Net, {"asn": [None]}, "cannot be a NoneType"),
        (Net, {"asn__contains": "1"}, "does not go with"),
        (Net, {"with_network": 7}, "at_exchange, at_facility"),
        (Poc, {"at_exchange": 7}, "it has none"),
        (Net, {"updated": datetime(2026, 8, 17)}, "needs its zone"),
        (Net, {"limit": "many"}, "limit"),
    ],
)
def test_what_makes_no_sense_is_refused(cache: Cache, kind: type[Object], filters: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionsError, match=words):
        cache.find(kind, **filters)


def test_deleted_objects_are_hidden_unless_asked_for(cache: Cache) -> None:
    gone = world()["net"][1] | {"status": "deleted", "updated": "2026-08-18T00:00:00Z"}
    load_dump(cache, dump({"net": [gone]}))
    assert cache.by_id(Net, 8) is None
    assert [net.id for net in cache.all(Net)] == [7]
    assert [net.is_live for net in cache.find(Net, including_deleted=True)] == [True, False]


def changed(cache: Cache) -> datetime:
    """A day of changes; gives the time before."""
    begin = cache.history_begins(NetIxLan)
    assert begin is not None
    later = {"updated": "2026-08-18T00:00:00Z"}
    ports = world()["netixlan"]
    ports = [ports[0] | later | {"speed": 100000}, ports[2] | later | {"status": "deleted"}]
    load_dump(cache, dump({"netixlan": [*ports, ports[1] | later | {"id": 4, "ixlan_id": 31, "status": "ok"}]}))
    return begin


def test_history(cache: Cache) -> None:
    before = changed(cache)
    kinds = {change.id: change.kind for change in cache.changes(kinds=[NetIxLan])}
    assert kinds == {1: ChangeKind.UPDATED, 3: ChangeKind.DELETED, 4: ChangeKind.CREATED}
    speed = cache.changes(id=1)[0].field("speed")
    assert speed is not None and (speed.old, speed.new) == (10000, 100000)
    was, now = cache.as_of(NetIxLan, 1, before), cache.by_id(NetIxLan, 1)
    assert was is not None and now is not None and (was.speed, now.speed) == (10000, 100000)
    assert cache.as_of(NetIxLan, 4, before) is None
    members = cache.member_changes(before, [26, 31])
    assert [(member.ixlan, member.event) for member in members] == [(26, MemberEvent.LEFT), (31, MemberEvent.JOINED)]
    assert cache.last_change() == 3 == len(cache.changes(after=0)) == 1 + len(cache.changes(limit=2))
    with pytest.raises(NotFoundError):
        cache.changes(since=datetime(2020, 1, 1, tzinfo=timezone.utc))
    cache.forget_changes(timedelta())
    assert len(cache.changes()) == 0


def test_following_sees_what_happens(cache: Cache) -> None:
    changes = cache.follow(after=0, look=timedelta(milliseconds=10))
    later = threading.Timer(0.2, changed, [cache])
    later.start()
    assert sorted(next(changes).id for _ in range(3)) == [1, 3, 4]
    later.join()

    async def first() -> Change:
        async for change in cache.follow_async(after=2):
            return change
        raise AssertionError

    assert asyncio.run(first()).number == 3


def test_statistics_and_upkeep(cache: Cache, tmp_path: Path) -> None:
    statistics = cache.statistics()
    assert statistics.table("netixlan").live == 3 and statistics.live == sum(len(rows) for rows in world().values())
    assert statistics.age is not None and statistics.age < timedelta(minutes=5)
    assert cache.generation() == statistics.generation > 0
    assert cache.check() == []
    assert [hit.object for hit in cache.search("AS64501")] == [ObjectType.NET]
    assert [(hit.object, hit.id) for hit in cache.search("muller")] == [(ObjectType.NET, 8)]
    path = tmp_path / "copy.sqlite"
    cache.copy_to(path)
    with pytest.raises(OptionsError, match="new file"):
        cache.copy_to(path)
    copy = Cache.open_read_only(path)
    assert (copy.path, copy.is_read_only, copy.count(Net)) == (path, True, 2)
    with pytest.raises(StorageError, match="reading only"):
        load_dump(copy, dump(world()))
    cache.flush()
    assert cache.count(Net) == 0 and copy.count(Net) == 2


def test_what_is_no_cache_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be looked at as one" * 100)
    with pytest.raises(StorageError) as caught:
        Cache.open(path)
    assert isinstance(caught.value, OSError) and path.read_text().startswith("not a database")
    with pytest.raises(StorageError):
        Cache.open_read_only(tmp_path / "nothing.sqlite")


def test_repair_makes_a_sound_cache(tmp_path: Path) -> None:
    path = tmp_path / "peeringdb.sqlite"
    load_dump(Cache.open(path), dump(world()))
    assert repair(path, dump(world())) is None
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 3 : 4096 * 8] = b"x" * 4096 * 5
    path.write_bytes(damaged)
    done = repair(path, dump(world()))
    assert done is not None and done.found and done.kept is not None and done.kept.exists()
    assert Cache.open(path).check() == [] and Cache.open(path).count(Net) == 2


def test_dumps(tmp_path: Path) -> None:
    cache = Cache.in_memory()
    events: list[SyncEvent] = []
    (tmp_path / "net-0.json").write_bytes(dump(world())["net"])
    report = load_dump(cache, tmp_path, progress=events.append)
    net = report.of("net")
    assert net is not None and (net.created, report.changes, len(report.missing)) == (2, 2, 12)
    assert {Fetching, Missing, Applied} <= {type(event) for event in events}
    unknown = [note for note in report.warnings if note.rule == UnknownValue("policy_general")]
    assert [note.id for note in unknown] == [8]
    complete = load_dump(cache, dump({"net": world()["net"][:1]}), reconcile=Reconcile.NOW).of("net")
    assert complete is not None and complete.deleted == 1
    with pytest.raises(NotFoundError, match="no PeeringDB answers"):
        load_dump(cache, tmp_path / "nothing")
    with pytest.raises(OptionsError, match="colour"):
        load_dump(cache, tmp_path, **cast(Any, {"colour": "red"}))
    with pytest.raises(ValueError, match="nets"):
        load_dump(cache, {"nets": b""})


def test_what_a_progress_callback_raises_does_not_end_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", raised.append)

    def fail(event: SyncEvent) -> None:
        raise RuntimeError("no terminal")

    assert load_dump(Cache.in_memory(), dump(world()), progress=fail).changes > 0
    assert raised and str(raised[0].exc_value) == "no terminal"


def test_generated_data_fit_the_records() -> None:
    cache = Cache.in_memory()
    report = load_dump(cache, generated())
    assert report.warnings == () and report.missing == ()
    for kind in KINDS:
        hints = get_type_hints(kind)
        table = cache.all(kind)
        assert len(table) == cache.statistics().table(kind.OBJECT).live > 0
        for record in table:
            assert record.kept == {}
            for name in kind.__record_fields__:
                value = getattr(record, name)
                is_open = any(
                    isinstance(part, type) and issubclass(part, Enum) for part in getattr(hints[name], "__args__", ())
                )
                assert not (is_open and isinstance(value, str)), (
                    f"{kind.__name__}.{name}: a word without a name: {value}"
                )
    assert load_dump(cache, generated() / "delta").changes > 0
    assert cache.last_change() > 0


def test_real_data_fit_the_records() -> None:
    for folder in ("real-2022-10-06", "real-2026-04-sample"):
        directory = SHARED / "peeringdb" / folder
        if not directory.exists():
            pytest.skip(f"no shared test data at {directory}")
        cache = Cache.in_memory()
        report = load_dump(cache, directory)
        assert report.rows > 4000
        for kind in KINDS:
            assert all(record.kept == {} for record in cache.all(kind))


CALLS: dict[str, tuple[Callable[[Cache], Any], Callable[[Cache], Any]]] = {
    "by_id": (lambda cache: cache.by_id(Net, 7), lambda cache: cache.by_id_async(Net, 7)),
    "all": (lambda cache: cache.all(Org), lambda cache: cache.all_async(Org)),
    "find": (lambda cache: cache.find(Net, asn=64500), lambda cache: cache.find_async(Net, asn=64500)),
    "count": (lambda cache: cache.count(Net), lambda cache: cache.count_async(Net)),
    "search": (lambda cache: cache.search("example"), lambda cache: cache.search_async("example")),
    "generation": (lambda cache: cache.generation(), lambda cache: cache.generation_async()),
    "statistics": (lambda cache: cache.statistics(), lambda cache: cache.statistics_async()),
    "changes": (lambda cache: cache.changes(), lambda cache: cache.changes_async()),
    "history_begins": (lambda cache: cache.history_begins(Net), lambda cache: cache.history_begins_async(Net)),
    "last_change": (lambda cache: cache.last_change(), lambda cache: cache.last_change_async()),
    "check": (lambda cache: cache.check(), lambda cache: cache.check_async()),
}


@pytest.mark.parametrize("name", CALLS)
def test_both_twins_say_the_same(cache: Cache, name: str) -> None:
    plain, awaited = CALLS[name]

    async def await_it() -> Any:
        return await awaited(cache)

    assert asyncio.run(await_it()) == plain(cache)


def test_the_other_async_twins(tmp_path: Path) -> None:
    async def work() -> None:
        cache = await Cache.open_async(tmp_path / "cache.sqlite")
        report: SyncReport = await load_dump_async(cache, dump(world()))
        begin = await cache.history_begins_async(Net)
        assert begin is not None and report.changes > 0
        assert await cache.as_of_async(Net, 7, begin) == await cache.by_id_async(Net, 7)
        assert len(await cache.member_changes_async(begin, [26])) == 0
        await cache.copy_to_async(tmp_path / "copy.sqlite")
        copy = await Cache.open_read_only_async(tmp_path / "copy.sqlite")
        await cache.forget_changes_async(timedelta())
        await cache.flush_async()
        both = asyncio.gather(
            cache.count_async(Net), copy.count_async(Net), (await Cache.in_memory_async()).count_async(Net)
        )
        assert list(await both) == [0, 2, 0]

    asyncio.run(work())


def test_many_threads_read_one_cache(cache: Cache) -> None:
    found: list[int] = []

    def read() -> None:
        for _ in range(20):
            found.extend(net.asn or 0 for net in cache.find(Net, name=contains("example")))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [64500] * 160


def test_top_level_names() -> None:
    assert peering.Cache is Cache and peering.Client.__module__ == "peering.peeringdb.client"
