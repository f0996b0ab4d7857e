"""Recorded answers of Peering Manager itself, from the data that lie beside the repository."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("PEERING_SHARED") or Path(__file__).resolve().parents[3] / "shared")


def golden(name: str) -> list[Any]:
    """The rows of a file, for ``parametrize``; without the data, one row that is skipped with the reason."""
    path = SHARED / "golden" / name
    if not path.exists():
        skip = pytest.mark.skip(reason=f"needs golden/{name} of the shared data (PEERING_SHARED)")
        return [pytest.param({"filter": name}, marks=skip)]
    return list(json.loads(path.read_text()))
