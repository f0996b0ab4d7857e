"""Runs NAPALM's own test suite, unmodified, on this library's drivers, over the wire.

    python tests/python/napalm_suite.py --root DIR --index FILE [--suite DIR] [--platform eos]... [--driver MODULE:CLASS]

DIR has NAPALM's recordings (test/PLATFORM/mocked_data); FILE is the index of their cases. The suite is the folder `suite` beside
them, or of the shared data (PEERING_SHARED): it serves the recordings by fake devices and runs
napalm.base.test.getters.BaseTestGetters against a class. Needs napalm, pytest, peering; `custom_napalm` is taken from this tree
unless it is installed.

Prints a table. Ends with 1 if a case fails that is no artefact of NAPALM's mocks, is skipped although NAPALM passes it, or does not
run; with 2 if it was called wrongly.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

HERE = Path(__file__).resolve().parent
TREE = HERE.parent.parent

#: Our class for each platform that is built so far, by NAPALM's name.
DRIVERS = {
    "eos": "custom_napalm.eos:PeeringEosDriver",
    "ios": "custom_napalm.ios:PeeringIosDriver",
    "iosxr_netconf": "custom_napalm.iosxr_netconf:PeeringIosxrNetconfDriver",
    "junos": "custom_napalm.junos:PeeringJunosDriver",
    "nxos": "custom_napalm.nxos:PeeringNxosDriver",
    "nxos_ssh": "custom_napalm.nxos_ssh:PeeringNxosSshDriver",
}

#: Why, and which fields only.
Artefact = tuple[str, frozenset[str]]

HIDDEN: Artefact = (
    "a vendor namespace on bgp-option-information hides its leaves from the mock; a NETCONF client finds them",
    frozenset(
        "import_policy export_policy configured_holdtime multipath remove_private_as local_address_configured".split()
    ),
)
ENVELOPE: Artefact = (
    "the expected text is the raw XML envelope of the agent, not the configuration in it",
    frozenset({"running", "startup", "candidate"}),
)

#: Cases whose expectation cannot come over a wire: a driver that passed them would be wrong.
ARTEFACTS = {
    ("junos", "test_get_bgp_neighbors_detail[normal]"): HIDDEN,
    ("iosxr", "test_get_config[normal]"): ENVELOPE,
    ("iosxr", "test_get_config_filtered[normal]"): ENVELOPE,
    ("iosxr", "test_get_config_sanitized[normal]"): ENVELOPE,
    ("iosxr", "test_get_config_sanitized_filtered[normal]"): ENVELOPE,
}

#: Where the suite's process writes what became of its tests.
OUTCOMES = "NAPALM_SUITE_OUTCOMES"

#: What NAPALM's clock showed when its data were made, in seconds since 1970: `nxos` counts back from it.
CLOCK = 1_500_000_000

#: The longest that one platform may take, in seconds.
PATIENCE = 1200


@dataclass
class Outcome:
    """What became of one platform's tests."""

    platform: str
    seconds: float = 0.0
    passed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    #: Getters without a case among the data: the suite calls them all the same, with what no device has recorded.
    without_data: list[str] = field(default_factory=list)
    artefacts: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def main() -> int:
    given = arguments()
    index = json.loads(given.index.read_text())
    platforms = given.platform or [name for name in index["drivers"] if name in DRIVERS]
    outcomes = []
    for platform in platforms:
        driver = given.driver or DRIVERS.get(platform)
        if driver is None or platform not in index["drivers"]:
            print(f"{platform}: there is no driver for it here, or no case in the index", file=sys.stderr)
            return 2
        outcomes.append(run(platform, driver, given, index["drivers"][platform]["cases"]))
    report(outcomes)
    later = [] if given.platform else [name for name in index["drivers"] if name not in DRIVERS]
    if later:
        print(f"\nno driver here yet: {', '.join(later)}")
    return 1 if any(outcome.failed for outcome in outcomes) or not outcomes else 0


def arguments() -> argparse.Namespace:
    shared = Path(os.environ.get("PEERING_SHARED", TREE.parent / "shared")) / "napalm"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--root", type=Path, default=shared, help="the folder with test/PLATFORM/mocked_data")
    parser.add_argument("--index", type=Path, help="the index of the cases; cases.json there")
    parser.add_argument("--suite", type=Path, help="the folder with the suite; `suite` there, or of the shared data")
    parser.add_argument("--platform", action="append", help="only this one, by NAPALM's name; may be repeated")
    parser.add_argument("--driver", help="another class, as MODULE:CLASS; with one --platform")
    given = parser.parse_args()
    given.root = given.root.resolve()
    given.index = (given.index or given.root / "cases.json").resolve()
    if given.suite is None:
        given.suite = next((place for place in (given.root / "suite", shared / "suite") if place.is_dir()), None)
    if not given.root.is_dir() or not given.index.is_file() or given.suite is None or not given.suite.is_dir():
        parser.error(f"no recordings in {given.root}, no index {given.index}, or no suite")
    given.suite = given.suite.resolve()
    if given.driver and len(given.platform or ()) != 1:
        parser.error("--driver needs one --platform")
    return given


def run(platform: str, driver: str, given: argparse.Namespace, cases: Iterable[dict[str, object]]) -> Outcome:
    outcome = Outcome(platform)
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "outcomes"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", Path(__file__).stem]
        command += [f"--rootdir={given.suite}", str(given.suite)]
        begun = time.monotonic()
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment(platform, driver, given, folder), OUTCOMES: str(result)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        outcome.seconds = time.monotonic() - begun
        if not result.is_file():
            outcome.failed["(pytest)"] = (done.stdout + done.stderr).strip()[-2000:]
            return outcome
        sort(outcome, result, expected(cases))
    return outcome


def environment(platform: str, driver: str, given: argparse.Namespace, folder: str) -> dict[str, str]:
    # the suite runs in another folder
    path = [os.path.abspath(place) for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    path.append(str(HERE))
    if importlib.util.find_spec("peering_napalm") is None:
        path.append(str(TREE / "peering-py" / "napalm" / "src"))
    return {
        **os.environ,
        "FOREIGN_PLATFORM": platform,
        "FOREIGN_DRIVER": driver,
        "NAPALM_ROOT": str(given.root),
        "NAPALM_CASES": str(given.index),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(path),
        # the fakes have new host keys each time: what was trusted once does not fit the next time
        "XDG_STATE_HOME": folder,
    }


def expected(cases: Iterable[dict[str, object]]) -> set[str]:
    """The tests that NAPALM passes, by pytest's names."""
    return {f"{case['test']}[{case['case']}]" for case in cases if case["case"] and case["napalm_outcome"] == "passed"}


def pytest_configure() -> None:
    """As a plugin of the suite: our classes see the clock that the data were made by, as NAPALM's own tests let its classes see it."""
    if importlib.util.find_spec("peering") is not None:
        from peering.napalm import _driver

        patch.object(_driver, "time", SimpleNamespace(time=lambda: float(CLOCK))).start()


def pytest_runtest_logreport(report: Any) -> None:
    """As a plugin of the suite: writes down what became of each test, a line each."""
    if report.when == "call" or report.outcome != "passed":
        crash = getattr(report.longrepr, "reprcrash", None)
        words = crash.message if crash is not None else str(report.longrepr or "")
        line = {"name": report.nodeid.rpartition("::")[2], "outcome": report.outcome, "words": words}
        with open(os.environ[OUTCOMES], "a", encoding="utf-8") as file:
            print(json.dumps(line), file=file)


def sort(outcome: Outcome, result: Path, wanted: set[str]) -> None:
    left = set(wanted)
    for line in result.read_text(encoding="utf-8").splitlines():
        test = json.loads(line)
        name, words = test["name"], test["words"]
        left.discard(name)
        if test["outcome"] == "failed" and name.endswith("[no_test_case_found]"):
            outcome.without_data.append(name)
        elif test["outcome"] == "passed":
            outcome.passed.append(name)
        elif test["outcome"] == "skipped" and name in wanted:
            outcome.failed[name] = "skipped: not implemented, and NAPALM has it"
        elif test["outcome"] == "skipped":
            outcome.skipped.append(name)
        elif is_artefact(outcome.platform, name, words):
            outcome.artefacts.append(name)
        else:
            outcome.failed[name] = words
    outcome.failed.update({name: "in the index, and was not run" for name in left})


def is_artefact(platform: str, name: str, words: str) -> bool:
    """Whether only those fields differ that may: the suite's words end with what differs, as JSON."""
    known = ARTEFACTS.get((platform, name))
    _, found, differences = words.partition("Expected result varies on some keys ")
    if known is None or not found:
        return False
    fields = set(differing(json.JSONDecoder().raw_decode(differences)[0]))
    return bool(fields) and fields <= known[1]


def differing(node: Any, key: str = "") -> Iterator[str]:
    """The names of the fields that differ."""
    if not isinstance(node, dict):
        return
    if node.keys() != {"result", "expected"}:
        for name, inner in node.items():
            yield from differing(inner, name)
        return
    ours, theirs = node["result"], node["expected"]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            if isinstance(one, dict) and isinstance(other, dict):
                yield from (name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
            elif one != other:
                yield key
    else:
        yield key


def report(outcomes: Iterable[Outcome]) -> None:
    print(f"{'platform':<10}{'passed':>8}{'skipped':>9}{'no data':>9}{'artefacts':>11}{'failed':>8}{'seconds':>9}")
    for outcome in outcomes:
        lists = (outcome.passed, outcome.skipped, outcome.without_data, outcome.artefacts, outcome.failed)
        counts = "{:>8}{:>9}{:>9}{:>11}{:>8}".format(*map(len, lists))
        print(f"{outcome.platform:<10}{counts}{outcome.seconds:>9.1f}")
    for outcome in outcomes:
        for name in outcome.artefacts:
            print(f"\nartefact: {outcome.platform} {name}: {ARTEFACTS[outcome.platform, name][0]}")
        for name, words in outcome.failed.items():
            print(f"\nFAILED: {outcome.platform} {name}\n{words[:2000]}")


if __name__ == "__main__":
    sys.exit(main())
