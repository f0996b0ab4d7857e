"""Our mirror against peeringdb-py's own database: every row, every field that it stores.

Both are filled from one server with generated data, first whole, then with a day of changes. The data have odd things
in them that peeringdb-py loses; the test wants exactly those to be different, each for its reason:

- what hangs on a network that the server does not have is dropped, and stands in its failed_entries.json;
- a voltage that django-peeringdb does not know is left out of the first sync without a word;
- such a voltage in a later sync has the whole change refused, which stands in failed_entries.json;
- an incremental sync that is answered a campus again (the newest one always is) takes its facilities away from it, and
  a facility that is answered again loses the connections that say they are there: `campus_id`, `net_side_id` and
  `ix_side_id` become null without a word, although nobody changed them.

Run: pytest tests/python/test_peeringdb_py.py (peeringdb and pytest installed; cargo in the path, or the folder with the
built programs `serve` and `sync_once` in PEERING_BENCHES; the shared data at PEERING_SHARED). PEERING_FULL=1 takes the
full size, for which peeringdb-py needs half an hour a version.
"""

import datetime
import ipaddress
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import urllib.request

import pytest

pytest.importorskip("peeringdb")
pytest.importorskip("django_peeringdb")

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("PEERING_SHARED", ROOT.parent / "shared"))
FULL = os.environ.get("PEERING_FULL") == "1"
SCALE, CHANGES = ("1", "2896") if FULL else ("0.01", "60")

# Our tables and theirs, with the fields that django-peeringdb 3.7.0 has no column for.
TABLES = {
    "org": ("organization", {"logo"}),
    "campus": ("campus", {"org_name", "country", "city", "zipcode", "state", "logo"}),
    "fac": ("facility", {"org_name", "net_count", "ix_count", "carrier_count", "logo"}),
    "net": (
        "network",
        {"ix_count", "fac_count", "netixlan_updated", "netfac_updated", "poc_updated", "allow_ixp_update"}
        | {"ixp_update_exclude", "logo", "meta"},
    ),
    "ix": ("ix", {"net_count", "fac_count", "ixf_import_request", "ixf_import_request_status", "logo"}),
    "carrier": ("carrier", {"org_name", "fac_count", "logo"}),
    "carrierfac": ("ix_carrier_facility", {"name"}),
    "ixfac": ("ix_facility", {"name", "city", "country"}),
    "ixlan": ("ixlan", {"ixf_ixp_import_enabled"}),
    "ixpfx": ("ixlan_prefix", set()),
    "netfac": ("network_facility", {"name", "city", "country", "local_asn"}),
    "netixlan": ("network_ixlan", {"ix_id", "name", "meta"}),
    "poc": ("network_contact", set()),
}

# Columns that PeeringDB has no field for: they keep the model's default.
OWN_COLUMNS = {
    "net": {"notes_private": ""},
    "ixlan": {"vlan": None},
    "ixpfx": {"notes": ""},
    "netfac": {"avail_sonet": 0, "avail_ethernet": 0, "avail_atm": 0},
}

# A field that the server leaves out for those who may not see it: the column keeps the model's default.
MAY_BE_ABSENT = {("ixlan", "ixf_ixp_member_list_url"): None}

LISTS = {"info_types", "available_voltage_services"}


@pytest.fixture(scope="module")
def programs():
    built = os.environ.get("PEERING_BENCHES")
    if built is None:
        subprocess.run(["cargo", "build", "-q", "--release", "-p", "peering-benches", "--bins"], cwd=ROOT, check=True)
        built = ROOT / "target" / "release"
    return pathlib.Path(built)


def rows_of(path):
    return json.loads(path.read_text())["data"]


@pytest.fixture(params=["2.82", "2.83"])
def world(request, tmp_path):
    """Generated data with the odd things; tells what they are."""
    generator = SHARED / "peeringdb" / "gen.py"
    if not generator.exists():
        assert "CI" not in os.environ, f"in CI the shared data must be there: {generator}"
        pytest.skip(f"no shared test data at {generator}")
    data = tmp_path / "data"
    command = [sys.executable, generator, "--out", data, "--scale", SCALE, "--delta", CHANGES, "--api", request.param]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)

    def edit(tag, change, folder=data):
        path = folder / f"{tag}.json"
        answer = json.loads(path.read_text())
        answer["data"] = sorted(change(answer["data"]), key=lambda row: row["updated" if folder != data else "id"])
        path.write_text(json.dumps(answer))

    # Old ones, which no later sync is answered again.
    facilities = sorted(rows_of(data / "fac.json"), key=lambda row: row["updated"])
    silent, refused = [row for row in facilities if row["campus_id"] is None][:2]

    def voltage(rows):
        return [row | {"available_voltage_services": ["48 VDC", "No Power"]} if row == silent else row for row in rows]

    def bad_change(rows):
        change = {"available_voltage_services": ["No Power"], "notes": "no power", "updated": "2026-08-18T18:00:00Z"}
        return [row for row in rows if row["id"] not in (silent["id"], refused["id"])] + [refused | change]

    edit("fac", voltage)
    edit("fac", bad_change, data / "delta")
    sides = {"net_side_id": refused["id"], "ix_side_id": silent["id"]}
    edit("netixlan", lambda rows: [row | sides if row["id"] % 3 == 0 else row for row in rows])
    edit("netixlan", lambda rows: [row | sides if row["id"] % 3 == 0 else row for row in rows], data / "delta")
    lost = next(net["id"] for net in rows_of(data / "net.json") if net["ix_count"] and net["fac_count"])
    for folder in (data, data / "delta"):
        edit("net", lambda rows: [row for row in rows if row["id"] != lost], folder)
    return {"data": data, "silent": silent["id"], "refused": refused["id"], "lost_network": lost}


@pytest.fixture
def server(programs, world):
    command = [programs / "serve", world["data"], world["data"] / "delta"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as serve:
        try:
            yield serve.stdout.readline().strip()
        finally:
            serve.stdin.close()


class Theirs:
    """peeringdb-py as a user runs it, with a home of its own."""

    def __init__(self, home, url):
        home.mkdir()
        self.database, self.failures = home / "peeringdb.sqlite3", home / "failed_entries.json"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PDB_SYNC_URL": f"{url}/api",
            "PDB_SYNC_CACHE_URL": url,
            "PDB_SYNC_CACHE_DIR": str(home / "cache"),
            "PDB_ORM_DB_NAME": str(self.database),
            "FAILED_ENTRIES_FILE": str(self.failures),
        }

    def sync(self):
        command = [sys.executable, "-c", "import sys; from peeringdb.cli import main; sys.exit(main())", "sync"]
        done = subprocess.run(command, env=self.environment, cwd=self.environment["HOME"], capture_output=True, text=True)
        # Whatever happens its exit status is 0.
        assert done.returncode == 0 and "Error during sync" not in done.stdout, done.stdout + done.stderr

    def failed(self):
        if not self.failures.exists():
            return set()
        return {(entry["resource_tag"], int(entry["pk"])) for entry in json.loads(self.failures.read_text())}

    def rows(self, tag):
        with sqlite3.connect(self.database) as database:
            database.row_factory = sqlite3.Row
            name = f"peeringdb_{TABLES[tag][0]}"
            kinds = {column["name"]: column["type"] for column in database.execute(f"PRAGMA table_info({name})")}
            return kinds, {row["id"]: dict(row) for row in database.execute(f"SELECT * FROM {name}")}


class Ours:
    def __init__(self, programs, folder, url):
        self.program, self.cache, self.url = programs / "sync_once", folder / "ours.sqlite", url

    def sync(self):
        done = subprocess.run([self.program, self.url, self.cache], check=True, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rows(self, tag):
        with sqlite3.connect(self.cache) as database:
            rows = database.execute(f"SELECT id, live, doc FROM {tag}").fetchall()
        docs = {number: json.loads(doc) for number, live, doc in rows}
        for number, live, _ in rows:
            assert bool(live) == (docs[number]["status"] not in ("deleted", "pending")), (tag, number)
        return docs


def normal(name, kind, ours, theirs):
    """Both values in one form: SQLite has no times, truths, decimals or lists, and addresses are spelled anew."""
    if name in LISTS:
        # Kept as text in the order of the choices; none and null are the same.
        return sorted(ours or []), sorted(theirs.split(",") if theirs else [])
    if name == "social_media":
        return ours, json.loads(theirs)
    if ours is not None and theirs is not None:
        if kind == "datetime":
            return datetime.datetime.fromisoformat(ours.rstrip("Z")), datetime.datetime.fromisoformat(theirs)
        if kind == "bool":
            return ours, bool(theirs)
        if name.startswith("ipaddr"):
            return ipaddress.ip_address(ours), ipaddress.ip_address(theirs)
        if kind == "decimal":
            return f"{ours:.6f}", f"{theirs:.6f}"
    return ours, theirs


def differences(ours, theirs):
    """(tag, id, field) of all that is different; the field is None where peeringdb-py has no such row."""
    found, compared = set(), 0
    for tag, (_, unstored) in TABLES.items():
        kinds, their_rows = theirs.rows(tag)
        our_rows = ours.rows(tag)
        own = OWN_COLUMNS.get(tag, {}) | {"version": 0}
        assert not set(their_rows) - set(our_rows), f"{tag}: rows that only peeringdb-py has"
        fields = set().union(*(row.keys() for row in our_rows.values()))
        assert fields - set(kinds) == unstored & fields, f"{tag}: fields without a column"
        for number, ours_row in our_rows.items():
            row = their_rows.get(number)
            if row is None:
                found.add((tag, number, None))
                continue
            for column, kind in kinds.items():
                if column in own:
                    assert row[column] == own[column], (tag, number, column)
                elif column not in ours_row:
                    assert row[column] == MAY_BE_ABSENT[tag, column], (tag, number, column)
                else:
                    one, other = normal(column, kind, ours_row[column], row[column])
                    compared += 1
                    if one != other or type(one) is not type(other):
                        found.add((tag, number, column))
    return found, compared


def lost_with(network, ours):
    """What hangs on a network that is not there."""
    return {
        (tag, number, None)
        for tag in ("netfac", "netixlan", "poc")
        for number, row in ours.rows(tag).items()
        if row["net_id"] == network
    }


def answered_again(world, theirs, tag):
    """What the next sync is answered: the newest rows that it has, and what changed."""
    rows = theirs.rows(tag)[1].values()
    newest = max(datetime.datetime.fromisoformat(row["updated"]) for row in rows)
    known = {row["id"] for row in rows if datetime.datetime.fromisoformat(row["updated"]) == newest}
    return known | {row["id"] for row in rows_of(world["data"] / "delta" / f"{tag}.json")}


def detached(ours, again):
    """References to what is answered again, in rows that are not."""
    references = [("fac", "campus_id", "campus"), ("netixlan", "net_side_id", "fac"), ("netixlan", "ix_side_id", "fac")]
    return {
        (tag, number, field)
        for tag, field, parent in references
        for number, row in ours.rows(tag).items()
        if row[field] in again[parent] and number not in again[tag]
    }


def test_every_row_and_field(programs, world, server, tmp_path):
    theirs, ours = Theirs(tmp_path / "home", server), Ours(programs, tmp_path, server)
    theirs.sync()
    ours.sync()
    found, compared = differences(ours, theirs)
    orphans = lost_with(world["lost_network"], ours)
    silent = {("fac", world["silent"], "available_voltage_services")}
    assert orphans and found == orphans | silent
    assert theirs.failed() == {(tag, number) for tag, number, _ in orphans}
    print(f"first sync: {compared} values compared, {len(orphans)} rows only here")

    again = {tag: answered_again(world, theirs, tag) for tag in ("campus", "fac", "netixlan")}
    urllib.request.urlopen(urllib.request.Request(f"{server}/-/delta", method="POST")).close()
    theirs.sync()
    assert sum(of["created"] + of["updated"] + of["deleted"] for of in ours.sync()) > 0
    found, compared = differences(ours, theirs)
    orphans = lost_with(world["lost_network"], ours)
    refused = {("fac", world["refused"], field) for field in ("available_voltage_services", "notes", "updated")}
    gone = {(tag, number, field) for tag, number, field in detached(ours, again) if (tag, number, None) not in orphans}
    assert {field for _, _, field in gone} == {"campus_id", "net_side_id"}
    # What was refused keeps all of its old values, also those that happen to be the new ones.
    assert ("fac", world["refused"], "updated") in found
    assert found - refused == orphans | silent | gone
    assert theirs.failed() == {(tag, number) for tag, number, _ in orphans | refused}
    print(f"a day later: {compared} values compared, {len(orphans)} rows only here, {len(gone)} references gone there")
