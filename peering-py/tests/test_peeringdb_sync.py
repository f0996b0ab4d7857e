"""The client and syncs, against a server in this process."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import pytest
from fake_peeringdb import FakePeeringDb, serving
from peering.exceptions import (
    AuthError,
    ClosedError,
    ConnectError,
    OptionsError,
    PeeringError,
    RateLimitedError,
    RejectedError,
)
from peering.peeringdb import (
    Cache,
    Client,
    Ix,
    Limits,
    Net,
    NetIxLan,
    ObjectType,
    Org,
    Poc,
    Reconcile,
    at_least,
    contains,
    refresh,
    refresh_async,
    sync,
    sync_async,
)
from peering.peeringdb.progress import Applied, Fetching, Missing, SyncEvent
from peeringdb_data import generated, row, rows_of, world

LATER = "2026-08-18T00:00:00Z"


@pytest.fixture
def server() -> Iterator[FakePeeringDb]:
    with serving(world()) as fake:
        yield fake


def client_of(server: FakePeeringDb, **options: Any) -> Client:
    return Client(base_url=server.url, limits=Limits.none(), bulk=False, **options)


def test_the_client_asks_the_server(server: FakePeeringDb) -> None:
    client = client_of(server)
    assert [net.asn for net in client.find(Net, asn=[64500, 64501], name=contains("example"))] == [64500]
    assert [port.id for port in client.find(NetIxLan, ix_id=[26, 31], speed=at_least(10000))] == [1, 3]
    assert len(client.find(Net, asn=65000)) == 0 and len(client.find(Net, asn=[])) == 0
    assert [org.name for org in client.find(Org, fields=["name"])] == ["Example Org"]
    net = client.by_id(Net, 7)
    assert net is not None and net.extra == {"meta": {"preferred_ip_mtu": 9000}}
    assert client.by_id(Net, 99) is None
    expanded = client.expanded(Net, 7, depth=1)
    assert expanded is not None and expanded.extra["netixlan_set"] == [1, 2]
    as_set = client.as_set(64500)
    assert as_set is not None and as_set.irr_as_set == "AS-EXAMPLE" and client.as_set(65000) is None
    assert client.server_version == "2.83.0"
    gone = row(9, name="Gone", status="deleted") | {"updated": LATER, "status": "deleted"}
    server.change({"ix": [gone]})
    since = datetime(2026, 8, 17, 12, tzinfo=timezone.utc)
    assert [(ix.id, ix.is_live) for ix in client.changed_since(Ix, since)] == [(9, False)]
    with pytest.raises(OptionsError, match="deleted"):
        client.find(Net, including_deleted=True)


def test_streams_read_page_by_page(server: FakePeeringDb) -> None:
    server.change({"org": [row(id, name=f"Org {id}") for id in range(1, 601)]})
    client = client_of(server)
    assert [org.id for org in client.stream(Org)] == list(range(1, 601))
    assert sum("page=" in asked for asked in server.asked) == 3
    nets = {net.id: net.extra["netixlan_set"] for net in client.stream(Net, depth=1)}
    assert nets == {7: [1, 2], 8: [3]}

    async def count() -> int:
        return len([org async for org in client.stream_async(Org, limit=300)])

    assert asyncio.run(count()) == 300


def test_async_calls_run_at_once(server: FakePeeringDb) -> None:
    async def work() -> list[Any]:
        client = client_of(server)
        since = datetime(2026, 8, 1, tzinfo=timezone.utc)
        return await asyncio.gather(
            client.find_async(Net, asn=64500),
            client.by_id_async(Net, 8),
            client.expanded_async(Net, 8),
            client.as_set_async(64501),
            client.changed_since_async(Ix, since),
            *(client.by_id_async(Org, 1) for _ in range(50)),
        )

    found, net, expanded, as_set, changed, *orgs = asyncio.run(work())
    assert (len(found), net.asn, expanded.extra["netixlan_set"], as_set.irr_as_set) == (1, 64501, [3], "")
    assert len(changed) == 2 and {org.name for org in orgs} == {"Example Org"}


def test_the_key_is_sent_and_never_shown(server: FakePeeringDb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERINGDB_API_KEY", "hunter2")
    client = Client.from_env(base_url=server.url, limits=Limits.none())
    client.by_id(Net, 7)
    client_of(server).by_id(Net, 7)
    assert server.keys == ["Api-Key hunter2", None]
    assert client.has_key and "hunter2" not in repr(client)
    server.failures = [(401, {})]
    with pytest.raises(AuthError) as caught:
        client.by_id(Net, 7)
    assert "hunter2" not in str(caught.value) + repr(vars(caught.value))


def test_failures_are_typed(server: FakePeeringDb) -> None:
    client = client_of(server, retry_budget=timedelta())
    for status, headers, error in [
        (400, {}, RejectedError),
        (429, {"Retry-After": "57"}, RateLimitedError),
        (500, {}, ConnectError),
    ]:
        server.failures = [(status, headers)] * 5
        with pytest.raises(error) as caught:
            client.find(Net, asn=64500)
        assert isinstance(caught.value, PeeringError)
    server.failures = []
    with pytest.raises(OptionsError):
        Client(base_url="ftp://peeringdb")
    with pytest.raises(OptionsError, match="colour"):
        Client(**cast(Any, {"colour": "red"}))
    limited = Client(base_url=server.url, bulk=False, retry_budget=timedelta())
    limited.find(Net, asn=64500)
    limited.find(Net, asn=64500)
    with pytest.raises(RateLimitedError) as too_often:
        limited.find(Net, asn=64500)
    assert too_often.value.retry_after is not None


def test_a_sync_fills_the_cache_and_keeps_it_up_to_date(server: FakePeeringDb) -> None:
    cache, client, events = Cache.in_memory(), client_of(server), list[SyncEvent]()
    report = sync(cache, client, progress=events.append)
    assert report.changes == sum(len(rows) for rows in world().values())
    assert set(report.missing) == {ObjectType.CAMPUS, ObjectType.CARRIER, ObjectType.CARRIERFAC, ObjectType.IXFAC}
    assert {type(event) for event in events} >= {Fetching, Missing, Applied}
    ports = world()["netixlan"]
    server.change({"netixlan": [ports[0] | {"speed": 400000, "updated": LATER}]})
    server.asked.clear()
    report = sync(cache, client, kinds=[NetIxLan])
    assert [(types.object, types.updated) for types in report.types] == [(ObjectType.NETIXLAN, 1)]
    assert len(server.asked) == 1 and "since=" in server.asked[0]
    port = cache.by_id(NetIxLan, 1)
    assert port is not None and port.speed == 400000
    del server.rows["poc"][1]
    assert sync(cache, client, kinds=[Poc], reconcile=Reconcile.NEVER).changes == 0
    assert sync(cache, client, kinds=[Poc], reconcile=timedelta()).rows >= 0


def test_one_object_can_be_refreshed(server: FakePeeringDb) -> None:
    cache, client = Cache.in_memory(), client_of(server)
    report = refresh(cache, client, Net, [7])
    assert report.changes == 2 and cache.count(Net) == 1 and cache.by_id(Org, 1) is not None
    assert cache.statistics().table("net").cursor is None
    # The next sync asks for everything all the same.
    sync(cache, client)
    assert cache.count(Net) == 2
    gone = world()["net"][0] | {"status": "deleted", "updated": LATER}
    server.change({"net": [gone]})
    nets = asyncio.run(refresh_async(cache, client, Net, [7])).of("net")
    assert nets is not None and nets.deleted == 1
    assert cache.by_id(Net, 7) is None
    assert refresh(cache, client, Net, [4711]).rows == 0


def test_generated_data_over_http() -> None:
    folder = generated()
    with serving(rows_of(folder)) as server:
        cache = Cache.in_memory()
        report = asyncio.run(sync_async(cache, client_of(server)))
        assert report.missing == () and report.warnings == ()
        before = cache.count(NetIxLan)
        server.change(rows_of(folder / "delta"))
        report = sync(cache, client_of(server))
        assert report.changes > 20 and cache.count(NetIxLan) != 0 != before
        for tag, rows in server.rows.items():
            live = [row for row in rows.values() if row["status"] not in ("deleted", "pending")]
            assert abs(cache.statistics().table(tag).live - len(live)) <= len(rows) - len(live), tag


def test_ctrl_c_ends_a_sync(server: FakePeeringDb) -> None:
    cache = Cache.in_memory()
    server.may_answer.clear()
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        sync(cache, client_of(server))
    assert time.monotonic() - began < 5
    server.may_answer.set()
    assert cache.count(Org) == 0 and sync(cache, client_of(server)).changes > 0


def test_a_cancelled_sync_leaves_the_cache_as_it_was(server: FakePeeringDb) -> None:
    cache, client = Cache.in_memory(), client_of(server)

    async def work() -> None:
        server.may_answer.clear()
        task = asyncio.create_task(sync_async(cache, client))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.may_answer.set()
        with pytest.raises(asyncio.TimeoutError):
            server.may_answer.clear()
            await asyncio.wait_for(client.by_id_async(Net, 7), 0.1)
        server.may_answer.set()
        assert (await sync_async(cache, client)).changes > 0

    asyncio.run(work())


def test_two_syncs_of_one_file_fetch_once(server: FakePeeringDb, tmp_path: Path) -> None:
    async def work() -> list[bool]:
        caches = [await Cache.open_async(tmp_path / "cache.sqlite") for _ in range(2)]
        reports = await asyncio.gather(*(sync_async(cache, client_of(server)) for cache in caches))
        return sorted(report.joined for report in reports)

    assert asyncio.run(work()) == [False, True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_after_a_fork_handles_say_so_and_new_ones_work(server: FakePeeringDb, tmp_path: Path) -> None:
    cache, client = Cache.open(tmp_path / "cache.sqlite"), client_of(server)
    sync(cache, client)
    child = os.fork()
    if child == 0:
        outcome = 1
        try:
            for call in (lambda: cache.count(Net), lambda: client.by_id(Net, 7)):
                try:
                    call()
                except ClosedError:
                    continue
                raise AssertionError
            again = Cache.open(tmp_path / "cache.sqlite")
            outcome = 0 if again.count(Net) == 2 else 2
        finally:
            os._exit(outcome)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert cache.count(Net) == 2
