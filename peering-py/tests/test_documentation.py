"""Every public class and function is documented with something that runs: a doctest of its own, or an example."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
import types
from collections.abc import Iterator
from pathlib import Path

import peering
import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def modules() -> Iterator[types.ModuleType]:
    yield peering
    for found in pkgutil.walk_packages(peering.__path__, "peering."):
        parts = found.name.split(".")
        if not any(part.startswith("_") for part in parts):
            yield importlib.import_module(found.name)


MODULES = {module.__name__: module for module in modules()}


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    outcome = doctest.testmod(MODULES[name], optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert outcome.failed == 0


def public(module: types.ModuleType) -> Iterator[tuple[str, object]]:
    for name in getattr(module, "__all__", ()):
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            yield f"{module.__name__}.{name}", value


def has_doctest(value: object) -> bool:
    texts = [inspect.getdoc(value) or ""]
    if inspect.isclass(value):
        texts += [inspect.getdoc(member) or "" for member in vars(value).values()]
    return any(">>>" in text for text in texts)


def test_every_public_name_is_shown_at_work() -> None:
    shown = "\n".join(path.read_text() for path in EXAMPLES.glob("*.py"))
    missing = sorted(
        name
        for module in MODULES.values()
        for name, value in public(module)
        if not has_doctest(value) and not re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", shown)
    )
    assert missing == []


def test_every_module_says_what_is_public() -> None:
    assert [name for name, module in MODULES.items() if not hasattr(module, "__all__")] == []


def test_every_public_member_is_documented() -> None:
    missing = []
    for module in MODULES.values():
        for name, value in public(module):
            if not inspect.getdoc(value):
                missing.append(name)
            if inspect.isclass(value) and value.__module__.startswith("peering"):
                members = ((key, member) for key, member in vars(value).items() if not key.startswith("_"))
                missing += [
                    f"{name}.{key}"
                    for key, member in members
                    if (inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod))
                    and not inspect.getdoc(member)
                ]
    assert sorted(set(missing)) == []
