"""The page for those who come from Peering Manager: what it shows is run, and what it cannot run is at least Python."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import peering.model
import pytest

PAGE = Path(__file__).resolve().parents[1] / "docs" / "from-peering-manager.md"


@pytest.fixture
def text() -> str:
    if not PAGE.exists():
        pytest.skip("needs the repository's documents")
    return PAGE.read_text()


def test_the_page_says_what_happens(text: str) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    shown = [block for block in blocks if ">>>" in block]
    assert len(shown) > 5
    for block in blocks:
        if ">>>" not in block:
            ast.parse(block)
    test = doctest.DocTestParser().get_doctest("\n".join(shown), {}, PAGE.name, str(PAGE), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test).failed == 0


def test_the_page_names_what_there_is(text: str) -> None:
    table = text.partition("## Objects")[2].partition("## Scripts")[0]
    named = [
        name
        for row in table.splitlines()[4:]
        for name in re.findall(r"`([A-Z]\w+)`", row.split("|")[2:3][0] if "|" in row else "")
    ]
    assert len(named) > 10
    for name in named:
        assert hasattr(peering.model, name) or hasattr(peering, name), name
