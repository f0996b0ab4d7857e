"""Tables as Arrow data and in notebooks: `peering.Table`."""

from __future__ import annotations

import dataclasses
import os
import pickle
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum
from html.parser import HTMLParser
from ipaddress import IPv4Address, ip_address, ip_interface, ip_network
from pathlib import Path
from typing import Any

import duckdb
import pandas  # type: ignore[import-untyped]
import polars
import pyarrow  # type: ignore[import-untyped]
import pytest
from peering import Cache, Router, Secret, Table
from peering._record import Address, Interface, Prefix, Record, record
from peering.exceptions import OptionsError
from peering.peeringdb import Net, NetIxLan, load_dump
from peering.peeringdb import record as records
from peering.peeringdb.record import Object
from peering.sim import Fabric, JunosRouter, Member, Port, User
from peering.state import AdminDown, BgpNeighbor, BgpState, Notification, OtherReason

SHARED = Path(os.environ.get("PEERING_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLE = SHARED / "peeringdb" / "real-2026-04-sample"


def arrow(table: Table[Any]) -> Any:
    made = pyarrow.table(table)
    made.validate(full=True)
    return made


@pytest.fixture(scope="module")
def neighbors() -> Iterator[Table[BgpNeighbor]]:
    fabric = Fabric()
    fabric.add_member(Member(asn=64505, expects=64501, addresses=(IPv4Address("192.0.2.5"),), ipv4_prefixes=40))
    config = "\n".join(
        f"set protocols bgp group ix type external neighbor 192.0.2.{host} peer-as {asn}"
        for host, asn in [(5, 64505), (6, 64506), (7, 4_200_000_000)]
    )
    router = JunosRouter(
        name="r1",
        local_as=64501,
        ports=(Port(name="ge-0/0/0", addresses=(ip_interface("192.0.2.1/24"),)),),
        config=config,
        users=(User(name="netops", password=Secret("secret")),),
    )
    with router.start(fabric) as r1, Router.connect("juniper_junos", r1.target()) as connected:
        limit = time.monotonic() + 30
        while not any(row.is_established for row in connected.bgp_neighbors()) and time.monotonic() < limit:
            time.sleep(0.1)
        yield connected.bgp_neighbors()


def test_neighbors_go_to_pyarrow(neighbors: Table[BgpNeighbor]) -> None:
    made = arrow(neighbors)
    assert made.num_rows == len(neighbors) == 3
    assert made.column_names == list(BgpNeighbor.__record_fields__)
    assert made["address"].to_pylist() == [str(row.address) for row in neighbors]
    assert made["remote_as"].to_pylist() == [row.remote_as for row in neighbors]
    assert made["state"].to_pylist() == [getattr(row.state, "value", row.state) for row in neighbors]
    assert made["state_age"].to_pylist() == [row.state_age for row in neighbors]
    assert made["established_since"].to_pylist() == [row.established_since for row in neighbors]
    assert "established" in made["state"].to_pylist() and "active" in made["state"].to_pylist()


def test_neighbors_go_to_polars(neighbors: Table[BgpNeighbor]) -> None:
    frame = polars.DataFrame(neighbors)
    up = frame.filter(polars.col("state") == "established")
    assert up["remote_as"].to_list() == [64505]
    assert frame.schema["established_since"] == polars.Datetime("us", "UTC")
    assert frame.schema["uptime"] == polars.Duration("us")


def test_neighbors_go_to_pandas(neighbors: Table[BgpNeighbor]) -> None:
    frame = arrow(neighbors).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame[frame["state"] == "established"]["address"].tolist() == ["192.0.2.5"]


def test_neighbors_go_to_duckdb(neighbors: Table[BgpNeighbor]) -> None:
    question = "SELECT remote_as FROM neighbors WHERE state <> 'established' ORDER BY remote_as"
    found = duckdb.sql(question)
    assert found is not None and found.fetchall() == [(64506,), (4_200_000_000,)]


def test_rust_rows_and_python_rows_are_the_same(neighbors: Table[BgpNeighbor]) -> None:
    assert arrow(neighbors).equals(arrow(Table.of(BgpNeighbor, list(neighbors))))


@pytest.mark.parametrize("kind", [BgpNeighbor, *(getattr(records, name) for name in ("Net", "NetIxLan", "Ix", "Org"))])
def test_the_schema_goes_by_the_class(kind: type[Any]) -> None:
    table = Table.of(kind, [])
    assert arrow(table).schema == pyarrow.schema(table)
    assert polars.DataFrame(table).height == 0


def test_the_schema_of_rows_is_that_of_none(neighbors: Table[BgpNeighbor]) -> None:
    assert arrow(neighbors).schema == arrow(Table.of(BgpNeighbor, [])).schema


def objects() -> list[type[Object]]:
    kinds = (getattr(records, name) for name in records.__all__)
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Object) and kind is not Object]


@pytest.fixture(scope="module")
def cache() -> Cache:
    if not SAMPLE.is_dir():
        pytest.skip(f"no shared data at {SAMPLE}")
    cache = Cache.in_memory()
    load_dump(cache, SAMPLE)
    return cache


@pytest.mark.parametrize("kind", objects())
def test_peeringdb_rows(cache: Cache, kind: type[Object]) -> None:
    table = cache.all(kind)
    made = arrow(table)
    assert made.num_rows == len(table)
    assert made.schema == pyarrow.schema(Table.of(kind, []))
    assert made.equals(arrow(Table.of(kind, table)))
    for row, found in zip(table, made.to_pylist(), strict=True):
        for name, value in row.to_dict().items():
            if isinstance(value, (str, int, float, bool)) and not isinstance(getattr(row, name), datetime):
                assert found[name] == value, (kind, name)
            elif value is None:
                assert found[name] is None, (kind, name)


class Level(Enum):
    LOW = 1
    HIGH = 2


@record()
class Inner(Record):
    name: str
    size: int = 3


@record()
class Everything(Record):
    flag: bool
    number: int
    ratio: float
    text: str
    address: Address
    prefix: Prefix
    interface: Interface
    moment: datetime
    span: timedelta
    level: Level
    state: BgpState | str
    reason: AdminDown | Notification | OtherReason
    inner: Inner
    items: tuple[Inner, ...]
    mapping: Mapping[str, Any]
    whatever: Any
    secret: Secret
    perhaps: int | None = None


EVERYTHING = Everything(
    flag=True,
    number=-7,
    ratio=0.5,
    text="text",
    address=ip_address("2001:db8::1"),
    prefix=ip_network("192.0.2.0/24"),
    interface=ip_interface("192.0.2.1/24"),
    moment=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone(timedelta(hours=2))),
    span=timedelta(days=400, microseconds=1),
    level=Level.HIGH,
    state="a new word",
    reason=Notification(code=6, subcode=2, text="Administrative Shutdown"),
    inner=Inner(name="a"),
    items=(Inner(name="b", size=1), Inner(name="c", size=2)),
    mapping={"key": [1, None]},
    whatever=None,
    secret=Secret("hunter2"),
)


def test_every_shape() -> None:
    made = arrow(Table.of(Everything, [EVERYTHING, EVERYTHING.replace(reason=AdminDown(), perhaps=1)]))
    types = {field.name: str(field.type) for field in made.schema}
    assert types == {
        "flag": "bool",
        "number": "int64",
        "ratio": "double",
        "text": "large_string",
        "address": "large_string",
        "prefix": "large_string",
        "interface": "large_string",
        "moment": "timestamp[us, tz=UTC]",
        "span": "duration[us]",
        "level": "int64",
        "state": "large_string",
        "reason": "struct<tag: large_string, notification: struct<code: int64, subcode: int64, text: large_string>, "
        "other: large_string>",
        "inner": "struct<name: large_string, size: int64>",
        "items": "large_list<item: struct<name: large_string, size: int64>>",
        "mapping": "large_string",
        "whatever": "large_string",
        "secret": "large_string",
        "perhaps": "int64",
    }
    first, second = made.to_pylist()
    assert first == {
        "flag": True,
        "number": -7,
        "ratio": 0.5,
        "text": "text",
        "address": "2001:db8::1",
        "prefix": "192.0.2.0/24",
        "interface": "192.0.2.1/24",
        "moment": EVERYTHING.moment,
        "span": EVERYTHING.span,
        "level": 2,
        "state": "a new word",
        "reason": {
            "tag": "notification",
            "notification": {"code": 6, "subcode": 2, "text": "Administrative Shutdown"},
            "other": None,
        },
        "inner": {"name": "a", "size": 3},
        "items": [{"name": "b", "size": 1}, {"name": "c", "size": 2}],
        "mapping": '{"key":[1,null]}',
        "whatever": None,
        "secret": "<redacted>",
        "perhaps": None,
    }
    assert second["reason"] == {"tag": "admin-down", "notification": None, "other": None}
    assert second["perhaps"] == 1


def test_rows_that_do_not_fit_are_named() -> None:
    with pytest.raises(OptionsError, match=r"1\.\w+: a Inner has no such field"):
        pyarrow.table(Table.of(Inner, [Inner(name="a"), Net(id=1, asn=64500)]))
    with pytest.raises(OptionsError, match=r"0\.size: the number is beyond 63 bits"):
        pyarrow.table(Table.of(Inner, [Inner(name="a", size=2**63)]))


def test_a_table_outlives_what_it_gave(neighbors: Table[BgpNeighbor]) -> None:
    column = pyarrow.table(neighbors.where(lambda row: True))["address"]
    assert column.to_pylist() == pyarrow.table(neighbors)["address"].to_pylist()


def test_capsules_that_nobody_takes(neighbors: Table[BgpNeighbor]) -> None:
    for _ in range(3):
        capsules = neighbors.__arrow_c_stream__(), neighbors.__arrow_c_schema__()
        assert [type(capsule).__name__ for capsule in capsules] == ["PyCapsule", "PyCapsule"]


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_notebook_shows_words_and_never_runs_them() -> None:
    evil = "<script>alert('1')</script> \" $\\href{javascript:alert(1)}{x}$ \u202e\x00"
    html = Table.of(Net, [Net(id=1, asn=64500, name=evil, extra={"<b>": "<img src=x onerror=alert(1)>"})])._repr_html_()
    page = Page(html)
    assert page.tags == {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert "<script>alert('1')</script> \" $\\href{javascript:alert(1)}{x}$ \ufffd\ufffd" in page.texts
    assert "mathjax_ignore" in html


def test_a_notebook_shows_no_secrets() -> None:
    table = Table.of(Everything, [EVERYTHING])
    assert "hunter2" not in table._repr_html_() and "&lt;redacted&gt;" in table._repr_html_()
    assert "hunter2" not in str(table.to_dicts())
    assert table.to_dicts(expose_secrets=True)[0]["secret"] == "hunter2"


def test_a_notebook_shows_the_ends_of_a_long_table() -> None:
    ports = [NetIxLan(id=number, asn=64500, notes="x" * 1000) for number in range(1000, 1300)]
    html = Table.of(NetIxLan, ports)._repr_html_()
    assert ">1009<" in html and ">1010<" not in html and ">1289<" not in html and ">1290<" in html
    assert "280 more" in html and "x" * 101 not in html


def test_rows_are_what_a_constructor_makes(neighbors: Table[BgpNeighbor]) -> None:
    row = neighbors[0]
    assert type(row) is BgpNeighbor
    assert row == BgpNeighbor(**{name: getattr(row, name) for name in BgpNeighbor.__record_fields__})
    assert pickle.loads(pickle.dumps(row)) == row
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.remote_as = 1  # type: ignore[misc]


def test_a_table_is_a_sequence(neighbors: Table[BgpNeighbor]) -> None:
    first, *_, last = neighbors
    assert neighbors[0] == first and neighbors[-1] == last and last in neighbors
    assert next(reversed(neighbors)) == last and neighbors.index(last) == 2 and neighbors.count(first) == 1
    ordered = neighbors.sorted(lambda row: row.remote_as, reverse=True)
    assert [row.remote_as for row in ordered] == [4_200_000_000, 64506, 64505]
    assert len(neighbors.where(lambda row: row.is_established)) == 1
