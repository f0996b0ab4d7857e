"""One and the same script on peeringdb-py and on our layer for it, and what only the layer has."""

from __future__ import annotations

import doctest
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peering
import pytest
from fake_peeringdb import FakePeeringDb, serving
from peering.compat import peeringdb
from peering.compat.peeringdb import resource
from peering.exceptions import AuthError
from peeringdb_data import port, world

SCRIPT = Path(__file__).with_name("peeringdb_script.py")
LATER = "2026-08-18T00:00:00Z"


def whole() -> dict[str, list[dict[str, Any]]]:
    """The small world as the server sends it: every type is there, and every field that peeringdb-py reads."""
    rows = {**{tag: [] for tag in ("campus", "carrier", "carrierfac", "ixfac")}, **world()}
    # A word that django-peeringdb does not know cannot be stored there.
    rows["net"] = [net | {"info_types": [], "policy_general": "Open"} for net in rows["net"]]
    rows["net"][0]["info_types"] = ["NSP", "Content"]
    return rows


@pytest.fixture
def server() -> Iterator[FakePeeringDb]:
    with serving(whole()) as fake:
        nets, ports = whole()["net"], whole()["netixlan"]
        fake.later = {
            "net": [
                nets[0] | {"name": "Example Net II", "updated": LATER},
                nets[1] | {"name": "Other", "updated": LATER},
            ],
            "netixlan": [
                ports[2] | {"status": "deleted", "updated": LATER},
                port(4, 8, 31, 64501, 25000, 6) | {"updated": LATER},
            ],
        }
        yield fake


def environment_of(server: FakePeeringDb, home: Path) -> dict[str, str]:
    """peeringdb-py's settings for this server."""
    home.mkdir()
    return {
        "HOME": str(home),
        "PDB_SYNC_URL": f"{server.url}/api",
        "PDB_SYNC_CACHE_URL": server.url,
        "PDB_SYNC_CACHE_DIR": str(home / "cache"),
        "PDB_ORM_DB_NAME": str(home / "peeringdb.sqlite3"),
        "FAILED_ENTRIES_FILE": str(home / "failed_entries.json"),
        "LOG_LEVEL": "ERROR",
    }


def run_python(arguments: list[str], server: FakePeeringDb, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(peering.__file__).parents[1])}
    environment |= environment_of(server, home)
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=300)


def run(package: str, server: FakePeeringDb, home: Path) -> dict[str, Any]:
    done = run_python([str(SCRIPT), package], server, home)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
    seen: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{\n") :])
    return seen


def needs_theirs() -> None:
    if importlib.util.find_spec("peeringdb") is None or importlib.util.find_spec("django_peeringdb") is None:
        pytest.skip("peeringdb-py is not installed")


def test_the_same_script_says_the_same(server: FakePeeringDb, tmp_path: Path) -> None:
    needs_theirs()
    theirs = run("peeringdb", server, tmp_path / "theirs")
    with serving(whole()) as fresh:
        fresh.later = server.later
        ours = run("peering.compat.peeringdb", fresh, tmp_path / "ours")
    ours["url"] = theirs["url"]
    assert set(ours) == set(theirs)
    different = {what: (theirs[what], ours[what]) for what in ours if ours[what] != theirs[what]}
    assert different == {}


PAGE = Path(__file__).resolve().parents[1] / "docs" / "from-peeringdb-py.md"


def blocks(whose: str) -> str:
    """The blocks of the page, in one text."""
    if not PAGE.exists():
        pytest.skip("the page is in the repository only")
    found = re.findall(rf"^```python {whose}\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    assert len(found) > 4
    return "\n".join(found)


def check(text: str, names: dict[str, Any]) -> None:
    examples = doctest.DocTestParser().get_doctest(text, names, PAGE.name, str(PAGE), 0)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(examples)
    assert runner.summarize(verbose=False).failed == 0


def test_our_lines_of_the_migration_page(
    server: FakePeeringDb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(server, tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    check(blocks("peering"), {})


@pytest.mark.parametrize("package", ["peeringdb", "peering.compat.peeringdb"])
def test_their_lines_of_the_migration_page(package: str, server: FakePeeringDb, tmp_path: Path) -> None:
    if package == "peeringdb":
        needs_theirs()
    text = blocks("peeringdb-py")
    text = text.replace("import peeringdb\n", f"import {package} as peeringdb\n").replace(
        "from peeringdb", f"from {package}"
    )
    if package != "peeringdb":
        # The one thing that its callers may see: a report.
        text = text.replace(">>> pdb.update_all()", ">>> _ = pdb.update_all()")
    page = tmp_path / "page.txt"
    page.write_text(text)
    program = f"import doctest, sys; sys.exit(doctest.testfile({str(page)!r}, module_relative=False).failed)"
    done = run_python(["-c", program], server, tmp_path / "home")
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.fixture
def pdb(server: FakePeeringDb) -> peeringdb.PeeringDB:
    database = {"orm": {"database": {"name": ":memory:"}}}
    return peeringdb.PeeringDB(database, url=f"{server.url}/api", cache_url="")


def test_calls_of_older_versions(pdb: peeringdb.PeeringDB, server: FakePeeringDb) -> None:
    assert pdb.get("net", 7)["asn"] == 64500 == pdb.fetch(resource.Network, 7)["asn"]
    assert [net["id"] for net in pdb.all("net", asn=64501)] == [8]
    assert [net["id"] for net in pdb.type_wrap("net").all(name__contains="example")] == [7]
    assert pdb.type_wrap("net").get(8) == whole()["net"][1] == pdb.fetch_all("net")[1]
    assert len(pdb.all(resource.Network)) == 0
    pdb.update(resource.Network, 7)
    assert [net.asn for net in pdb.all(resource.Network)] == [64500]
    assert pdb.get(resource.Network, 7).org.name == "Example Org"
    with pytest.raises(ValueError, match="4711"):
        pdb.update(resource.Network, 4711)
    assert pdb.fetch("net", 7, depth=1)["netixlan_set"] == [1, 2]
    server.failures = [(400, {})]
    with pytest.raises(ValueError, match="rejected"):
        pdb.fetch("net", 7)


def test_updates(pdb: peeringdb.PeeringDB, server: FakePeeringDb) -> None:
    report = pdb.updater.update_all([resource.Organization, resource.Network], skip=["net"])
    assert [types.object.value for types in report.types] == ["org"]
    with pytest.raises(ValueError, match="since"):
        pdb.updater.update_all(since=1)
    server.failures = [(401, {})]
    with pytest.raises(AuthError):
        pdb.update_all()
    assert pdb.update_all().changes > 0
    backend = pdb.backend
    assert backend.last_change(backend.get_concrete(resource.Network)) == 1786924800
    backend.delete_all()
    assert not pdb.all(resource.Network)


def test_what_is_not_there_says_so(pdb: peeringdb.PeeringDB) -> None:
    pdb.update_all()
    nets = pdb.all(resource.Network)
    for lookups in ({"asn__regex": "6"}, {"asns": 1}, {"name": None}, {"asn": "x"}):
        with pytest.raises(peeringdb.FieldError):
            nets.filter(**lookups).count()
    with pytest.raises(AttributeError, match="colour"):
        print(nets[0].colour)
    with pytest.raises(peeringdb.ObjectDoesNotExist):
        pdb.get(resource.Network, 4711)
    assert repr(nets.filter(asn=64500)) == "<Results [<Network: Example Net>]>"
    assert {net: 1 for net in nets}[pdb.get(resource.Network, 7)] == 1


def test_our_cache_lies_beside_their_database(server: FakePeeringDb, tmp_path: Path) -> None:
    theirs = tmp_path / "peeringdb.sqlite3"
    theirs.write_text("not ours")
    settings = {"sync": {"url": f"{server.url}/api"}, "orm": {"database": {"name": str(theirs)}}}
    client = peeringdb.Client(settings)
    client.update_all()
    assert client.cache.path == tmp_path / "peeringdb.peering.sqlite"
    assert (tmp_path / "peeringdb.peering.sqlite").exists()
    assert theirs.read_text() == "not ours"
