"""The records of templates, the IRR and imports are those of the core, with the same defaults."""

from __future__ import annotations

import enum
import re
from types import SimpleNamespace
from typing import Any

import peering.cipher
import peering.importing
import peering.irr
import peering.template
import pytest
from peering.model import Contact
from rust_source import ROOT, differences, read

SOURCES = {
    "template/engine.rs": ("Options",),
    "template/load/mod.rs": ("Whitespace",),
    "template/email.rs": ("Email",),
    "template/error.rs": ("TemplateErrorKind",),
    "irr/as_set.rs": ("AsSet", "AsSets", "SetFault", "SetKind", "SetProblem"),
    "irr/bgpq4.rs": ("Bgpq4",),
    "irr/guard.rs": ("Guard",),
    "irr/prefixes.rs": ("Prefixes",),
    "import/peering_manager/report.rs": ("Line", "LineKind"),
    "import/peering_manager/server.rs": ("Server",),
    "cipher/mod.rs": ("PasswordAlgorithm",),
    "compat.rs": ("Compat",),
}

NAMES: dict[str, Any] = {"Contact": Contact}
for module in (peering.cipher, peering.importing, peering.irr, peering.template):
    NAMES.update({name: getattr(module, name) for name in module.__all__})


@pytest.mark.parametrize("path", SOURCES)
def test_records_are_as_in_rust(path: str) -> None:
    rust = read(f"peering-core/src/{path}")
    assert set(SOURCES[path]) <= set(rust)
    wanted = {name: rust[name] for name in SOURCES[path]}
    assert differences(wanted, SimpleNamespace(**NAMES)) == []


def test_findings_are_as_in_rust() -> None:
    found = read("peering-core/src/template/check/findings.rs")
    kinds = {member.value for member in peering.template.FindingKind}
    assert kinds == set(found["FindingKind"].variants)  # type: ignore[union-attr]
    fields = list(found["Finding"].fields)  # type: ignore[union-attr]
    assert list(peering.template.Finding.__record_fields__) == [*fields, "reason"]


@pytest.mark.parametrize(
    ("path", "cls"),
    [
        ("template/engine.rs", peering.template.Options),
        ("irr/guard.rs", peering.irr.Guard),
        ("irr/bgpq4.rs", peering.irr.Bgpq4),
        ("irr/refresh.rs", peering.irr.RefreshOptions),
    ],
)
def test_defaults_are_as_in_rust(path: str, cls: type[Any]) -> None:
    if not (ROOT / "peering-core").exists():
        pytest.skip("needs the Rust sources beside the package")
    text = (ROOT / "peering-core" / "src" / path).read_text()
    body = text.partition(f"impl Default for {cls.__name__} {{")[2].partition("\n}\n")[0]
    checked = 0
    for name, rust in re.findall(r"\b(\w+): ([^,{}]+?)(?:,| \})", body.partition("-> Self {")[2]):
        value = getattr(cls(), name)
        if rust in ("true", "false"):
            assert value is (rust == "true"), name
        elif some := re.fullmatch(r"(?:Some\()?([\d_]+(?: << \d+)?)\)?", rust):
            assert value == eval(some[1]), name
        elif text := re.fullmatch(r'"(.*)"\.to_owned\(\)', rust):  # type: ignore[assignment]
            assert value == text[1], name
        elif words := re.fullmatch(r'words\("(.*)"\)', rust):
            assert value == tuple(words[1].split()), name
        elif seconds := re.fullmatch(r"Duration::from_secs\((\d+)\)", rust):
            assert value.total_seconds() == int(seconds[1]), name
        else:
            assert isinstance(value, (tuple, enum.Enum)) or value == type(value)(), f"{name}: {rust}"
        checked += 1
    assert checked >= 3


def test_the_usual_registries_are_as_in_rust() -> None:
    if not (ROOT / "peering-core").exists():
        pytest.skip("needs the Rust sources beside the package")
    text = (ROOT / "peering-core/src/irr/as_set.rs").read_text()
    listed = re.findall(r'"([\w-]+)"', text.partition("pub const SOURCES")[2].partition("];")[0])
    assert tuple(listed) == peering.irr.SOURCES
