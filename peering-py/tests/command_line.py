"""The command line as tests call it: in this process, and as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from peering.cli import main
from peering.cli._topics import DATA

#: A small invented PeeringDB with the network AS64500, and the templates that the project ships.
EXAMPLES = Path(__file__).parents[2] / "examples"
SAMPLE = EXAMPLES / "data" / "peeringdb-sample"
TEMPLATES = EXAMPLES / "templates"

#: What a test must not take from whoever runs it.
_VARIABLES = ("PEERING_", "PEERINGDB_", "PDB_", "NAPALM_", "XDG_", "SSH_AUTH_SOCK", "NO_COLOR", "HTTP", "http", "HOME")


@dataclass
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def envelope(self) -> dict[str, Any]:
        """The envelope, which must be all of standard output, and have exactly its fields."""
        envelope: dict[str, Any] = json.loads(self.stdout)
        assert list(envelope) == ["version", "command", "ok", "data", "error", "warnings"]
        assert envelope["version"] == 1
        assert envelope["ok"] is (envelope["error"] is None)
        assert all(isinstance(warning, str) for warning in envelope["warnings"])
        documented = DATA.get(envelope["command"])
        if documented is not None and envelope["data"] is not None:
            entries = envelope["data"].get("routers", ()) if documented[0] == "routers" else (envelope["data"],)
            for entry in entries:
                assert set(entry) <= {*documented, "router", "ok", "error"}, "peering help json does not name it"
        if envelope["error"] is not None:
            assert list(envelope["error"]) == ["kind", "message", "host", "operation"]
        return envelope

    @property
    def data(self) -> Any:
        """What the command found."""
        return self.envelope["data"]

    @property
    def kind(self) -> str | None:
        """What failed."""
        error = self.envelope["error"]
        return None if error is None else error["kind"]


class CommandLine:
    """Calls the command line in a home of its own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self._capsys = capsys
        for name in list(os.environ):
            if name.startswith(_VARIABLES):
                monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("PEERING_CACHE", str(home / "peeringdb.sqlite"))
        monkeypatch.setenv("PEERING_NETWORK", str(home / "network.yaml"))

    def __call__(self, *words: str | Path) -> Ended:
        """In this process."""
        self._capsys.readouterr()
        code = main([str(word) for word in words])
        captured = self._capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    def process(self, *words: str | Path, **options: Any) -> Ended:
        """As a process."""
        options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "timeout": 60, **options}
        done = subprocess.run([sys.executable, "-m", "peering", *map(str, words)], check=False, **options)
        return Ended(done.returncode, done.stdout, done.stderr)

    def synced(self) -> CommandLine:
        """With the sample in the cache."""
        assert self("sync", "--dump", SAMPLE, "--quiet").code == 0
        return self
