"""What several test modules share."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from command_line import CommandLine

# Whoever starts the tests in the background of a shell has them, and all that they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

#: What is skipped wherever the tests run: there is nothing to test.
NOTHING_THERE = ("FRR keeps nothing to go back to", "NAPALM does not have it", "the simulator does not play it")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI what a test needs is there: a skip is a failure."""
    report = yield
    if (
        report.skipped
        and os.environ.get("CI")
        and not str(report.longrepr).endswith(tuple(f"{why}')" for why in NOTHING_THERE))
    ):
        report.outcome = "failed"
    return report


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line, in a home of its own."""
    return CommandLine(tmp_path, capsys, monkeypatch)
