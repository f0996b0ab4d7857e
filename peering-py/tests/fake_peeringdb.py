"""A PeeringDB server for tests: rows in memory over real HTTP, on the loopback interface, in this process.

It answers lists with filters, ``since``, ``fields`` and pages, single objects with their sets, AS-SETs and the published
files, as far as the tests ask. Filters that it does not know are a failure of the test, and not ignored as PeeringDB does.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

Row = dict[str, Any]

#: Sets of single objects at a depth: the tag of their rows and the field that refers.
SETS = {"net": {"netixlan_set": ("netixlan", "net_id"), "poc_set": ("poc", "net_id")}}


def seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=timezone.utc).timestamp()


class FakePeeringDb:
    """The server and what was asked of it."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self.rows = {tag: {row["id"]: row for row in of_tag} for tag, of_tag in rows.items()}
        #: Path and query of every request, in order.
        self.asked: list[str] = []
        #: The value of every ``Authorization`` header.
        self.keys: list[str | None] = []
        #: While it is clear, nothing is answered.
        self.may_answer = threading.Event()
        self.may_answer.set()
        #: What happens at ``/-/later``.
        self.later: dict[str, list[Row]] = {}
        #: Answers of the next requests in the place of the right ones: status and headers.
        self.failures: list[tuple[int, dict[str, str]]] = []
        self.url = ""

    def change(self, rows: Mapping[str, list[Row]]) -> None:
        """Rows that are new or different from now on."""
        for tag, of_tag in rows.items():
            self.rows.setdefault(tag, {}).update((row["id"], row) for row in of_tag)

    def answer(self, path: str, parameters: dict[str, str]) -> tuple[int, Any]:
        parts = path.strip("/").split("/")
        if path == "/-/later":
            self.change(self.later)
            return 200, {}
        if len(parts) == 1 and parts[0].endswith("-0.json"):
            return self._list(parts[0].removesuffix("-0.json"), {})
        if parts[0] != "api":
            return 404, {}
        if parts[1] == "as_set":
            found = [row for row in self.rows["net"].values() if row["asn"] == int(parts[2])]
            return (200, {"data": [{parts[2]: found[0]["irr_as_set"]}]}) if found else (404, {})
        if len(parts) == 3:
            row = self.rows.get(parts[1], {}).get(int(parts[2]))
            if row is None or row.get("status") == "deleted":
                return 404, {"meta": {"error": "Not found."}}
            return 200, {"data": [self._expanded(parts[1], row, int(parameters.get("depth", 0)))], "meta": {}}
        return self._list(parts[1], parameters)

    def _expanded(self, tag: str, row: Row, depth: int) -> Row:
        if depth == 0:
            return row
        sets = {
            name: [
                other["id"] if depth == 1 else other for other in self.rows[of].values() if other[field] == row["id"]
            ]
            for name, (of, field) in SETS.get(tag, {}).items()
        }
        return {**row, **sets}

    def _list(self, tag: str, parameters: dict[str, str]) -> tuple[int, Any]:
        if tag not in self.rows:
            return 404, {}
        rest = dict(parameters)
        since, fields, depth = rest.pop("since", None), rest.pop("fields", None), int(rest.pop("depth", 0))
        page, size = int(rest.pop("page", 0)), int(rest.pop("per_page", 250))
        limit, skip = int(rest.pop("limit", 0)), int(rest.pop("skip", 0))
        rows = sorted(self.rows[tag].values(), key=lambda row: cast(int, row["id"]))
        if since is None:
            rows = [row for row in rows if row.get("status", "ok") not in ("deleted", "pending")]
        else:
            rows = [row for row in rows if seconds(row["updated"]) > int(since)]
            rows.sort(key=lambda row: cast(str, row["updated"]))
        for name, wanted in rest.items():
            rows = [row for row in rows if matches(row, name, wanted)]
        if not rows and since is None and ("id" in rest or (tag == "net" and "asn" in rest)):
            return 404, {"data": [], "meta": {"error": "Entity not found"}}
        meta: dict[str, Any] = {}
        if page:
            meta["pagination"] = {"has_next": page * size < len(rows), "page": page}
            rows = rows[(page - 1) * size : page * size]
        rows = rows[skip : skip + limit if limit else None]
        if depth:
            rows = [self._expanded(tag, row, depth) for row in rows]
        if fields is not None:
            wanted_fields = fields.split(",")
            rows = [{name: row[name] for name in wanted_fields if name in row} for row in rows]
        return 200, {"data": rows, "meta": meta}


def matches(row: Row, name: str, wanted: str) -> bool:
    field, _, suffix = name.partition("__")
    assert field in row or field == "id", f"no filter {name}"
    value = row[field]
    if suffix == "in":
        return str(value) in wanted.split(",")
    if suffix == "contains":
        return wanted.lower() in str(value).lower()
    if suffix in ("gt", "gte", "lt", "lte"):
        number = float(wanted)
        tests: dict[str, bool] = {
            "gt": value > number,
            "gte": value >= number,
            "lt": value < number,
            "lte": value <= number,
        }
        return tests[suffix]
    assert not suffix, f"no suffix {suffix}"
    return str(int(value) if isinstance(value, bool) else value) == wanted


@contextmanager
def serving(rows: Mapping[str, list[Row]]) -> Iterator[FakePeeringDb]:
    """A server of these rows, as long as the block lasts."""
    fake = FakePeeringDb(rows)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fake.asked.append(self.path)
            fake.keys.append(self.headers["Authorization"])
            fake.may_answer.wait(60)
            url = urlsplit(self.path)
            headers: dict[str, str] = {}
            if fake.failures:
                status, headers = fake.failures.pop(0)
                answer: Any = {"meta": {"error": "failed"}}
            else:
                status, answer = fake.answer(url.path, dict(parse_qsl(url.query)))
            body = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-App-Version", "2.83.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # whoever asked has gone away

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        fake.may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join()
