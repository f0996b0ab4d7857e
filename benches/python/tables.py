"""75,000 connections of a PeeringDB mirror as Python objects and as Arrow data, as Markdown: `python tables.py`

For a Python that has the release build of `peering`, pyarrow, polars and pandas. The best of five counts; both ways must
give the same table.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import polars
import pyarrow
from peering import Cache, Table
from peering.peeringdb import NetIxLan, load_dump

ROWS = 75_000


def port(index: int) -> dict[str, Any]:
    return {
        "id": index + 1,
        "net_id": index % 30_000 + 1,
        "ix_id": index % 900 + 1,
        "ixlan_id": index % 900 + 1,
        "name": f"Example Exchange {index % 900}: Peering LAN",
        "notes": "",
        "speed": 10_000,
        "asn": 64_500 + index % 30_000,
        "ipaddr4": f"10.{index // 62_500}.{index // 250 % 250}.{index % 250 + 1}",
        "ipaddr6": f"2001:db8:{index % 900:x}::{index:x}",
        "is_rs_peer": index % 2 == 0,
        "bfd_support": False,
        "operational": True,
        "net_side_id": None,
        "ix_side_id": None,
        "created": "2010-07-29T00:00:00Z",
        "updated": "2026-02-02T11:22:33Z",
        "status": "ok",
    }


def main() -> None:
    cache = Cache.in_memory()
    load_dump(cache, {"netixlan": json.dumps({"data": [port(index) for index in range(ROWS)]}).encode()})
    table = cache.all(NetIxLan)
    assert len(table) == ROWS
    objects = Table.of(NetIxLan, table)
    dicts = table.to_dicts()
    assert pyarrow.table(table).equals(pyarrow.table(objects))
    print(f"| {ROWS:,} records of {len(NetIxLan.__record_fields__)} fields | time |\n|---|---|")
    report("the query: rows as Rust values", lambda: cache.all(NetIxLan))
    report("`list(table)`: record instances", lambda: list(table))
    report("`pyarrow.table(table)`", lambda: pyarrow.table(table))
    report("`polars.DataFrame(table)`", lambda: polars.DataFrame(table))
    report("`pandas.DataFrame`, through pyarrow", lambda: pyarrow.table(table).to_pandas())
    report("`pyarrow.table` of rows that are Python objects", lambda: pyarrow.table(objects))
    report("`table.to_dicts()`", table.to_dicts)
    report("`pyarrow.Table.from_pylist` of those dicts", lambda: pyarrow.Table.from_pylist(dicts))


def report(label: str, work: Callable[[], object]) -> None:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - started)
        del made
    print(f"| {label} | {1000 * min(times):.0f} ms |", flush=True)


main()
