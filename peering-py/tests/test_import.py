"""What `import peering` loads: time is spent where something is used. (A release build takes about 20 ms.)"""

from __future__ import annotations

import subprocess
import sys

import peering
import pytest

#: Slow to load, or not ours to load unasked.
FOREIGN = {
    "asyncio", "concurrent.futures", "dataclasses", "email", "http", "inspect", "ipaddress", "json", "logging", "multiprocessing",
    "napalm", "nornir", "numpy", "pandas", "pathlib", "polars", "pyarrow", "socket", "sqlite3", "ssl", "threading", "urllib.request",
}  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """The modules that some code loads into a fresh interpreter, besides those that it begins with."""
    program = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(answer.stdout.split())


def test_the_package_loads_its_compiled_half_and_no_more() -> None:
    loaded = loaded_by("import peering")
    assert {name for name in loaded if name.startswith("peering")} == {"peering", "peering._native"}
    assert loaded & FOREIGN == set()


@pytest.mark.parametrize("name", peering.__all__)
def test_a_name_loads_what_it_needs(name: str) -> None:
    loaded = loaded_by(f"from peering import {name}")
    needed = {"dataclasses", "inspect", "ipaddress", "json", "pathlib", "threading"}
    assert loaded & (FOREIGN - needed) == set()
    assert not {module for module in loaded if module.startswith(("peering.sim", "peering.cli", "peering.napalm"))}
