"""What several test modules share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from command_line import CommandLine

# Whoever starts the tests in the background of a shell has them, and all that they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line, in a home of its own."""
    return CommandLine(tmp_path, capsys, monkeypatch)
