"""The structs and enums of the Rust sources, as far as records must follow them."""

from __future__ import annotations

import dataclasses
import enum
import re
import types
import typing
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path
from typing import Any

import pytest
from peering import Secret

ROOT = Path(__file__).resolve().parents[2]

_ITEM = re.compile(
    r"((?:^#\[[^\n]*\]\n|^#\[[^\]]*?\n\)\]\n)*)^pub (struct|enum) (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL
)
_FIELD = re.compile(r"^    pub (\w+): (.+),$", re.MULTILINE)
_VARIANT = re.compile(r"^    (\w+)(?:\((\w+)\)|( \{.*?^    \}))?,$", re.MULTILINE | re.DOTALL)
_INNER = re.compile(r"^        (\w+): (.+),$", re.MULTILINE)


@dataclasses.dataclass
class Struct:
    """Field names and Rust types, in order."""

    fields: dict[str, str]


@dataclasses.dataclass
class Variants:
    """Tags as serde writes them: ``None``, one type, or fields."""

    variants: dict[str, str | dict[str, str] | None]


def read(*paths: str) -> dict[str, Struct | Variants]:
    """The public structs and enums of these files, or of the files in these folders."""
    found: dict[str, Struct | Variants] = {}
    for place in (ROOT / path for path in paths):
        if not place.exists():
            pytest.skip("needs the Rust sources beside the package")
        for file in sorted(place.glob("*.rs")) if place.is_dir() else [place]:
            for attributes, word, name, body in _ITEM.findall(file.read_text().split("#[cfg(test)]\nmod tests {")[0]):
                if word == "struct":
                    found[name] = Struct(dict(_FIELD.findall(body)))
                else:
                    found[name] = Variants(_variants(attributes, body))
    return found


def _variants(attributes: str, body: str) -> dict[str, str | dict[str, str] | None]:
    rule = re.search(r'rename_all = "([\w-]+)"', attributes)
    variants: dict[str, str | dict[str, str] | None] = {}
    for name, one, inner in _VARIANT.findall(body):
        tag = name.lower() if rule and rule[1] == "lowercase" else re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
        variants[tag] = one or (dict(_INNER.findall(inner)) if inner else None)
    return variants


_LEAVES: dict[str, Any] = {
    "bool": bool,
    "String": str,
    "PathBuf": Path,
    "f64": float,
    "Asn": int,
    "Secret": Secret,
    "Duration": timedelta,
    "std::time::Duration": timedelta,
    "Timestamp": datetime,
    "IpAddr": frozenset({IPv4Address, IPv6Address}),
    "std::net::Ipv4Addr": IPv4Address,
}
_INTEGERS = {"u8", "u16", "u32", "u64", "usize", "i32", "i64"}
_NETS = [frozenset({IPv4Network, IPv6Network}), frozenset({IPv4Interface, IPv6Interface})]


def agrees(annotation: Any, rust: str, namespace: Any) -> bool:
    """Whether a Python annotation means what a Rust type does."""
    parts = typing.get_args(annotation)
    is_union = isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union
    if inner := re.fullmatch(r"Option<(.*)>", rust):
        if not is_union or types.NoneType not in parts:
            return False
        rest = [part for part in parts if part is not types.NoneType]
        return agrees(typing.Union[tuple(rest)], inner[1], namespace)  # noqa: UP007 - made at run time
    if inner := re.fullmatch(r"Box<(.*)>", rust):
        return agrees(annotation, inner[1], namespace)
    if inner := re.fullmatch(r"Vec<(.*)>", rust):
        return typing.get_origin(annotation) in (tuple, Sequence) and agrees(parts[0], inner[1], namespace)
    if rust in _INTEGERS:
        return annotation is int
    if rust == "IpNet":
        return frozenset(parts) in _NETS
    if rust in _LEAVES:
        wanted = _LEAVES[rust]
        return frozenset(parts) == wanted if isinstance(wanted, frozenset) else annotation is wanted
    named = getattr(namespace, rust, None)
    if isinstance(named, type) and issubclass(named, enum.Enum):
        return annotation is named or frozenset(parts) == {named, str}
    return named is not None and annotation == named


def differences(rust: dict[str, Struct | Variants], namespace: Any) -> list[str]:
    """Every place where the classes of a module are not what the Rust sources say."""
    wrong: list[str] = []
    for name, item in rust.items():
        cls = getattr(namespace, name, None)
        if cls is None:
            wrong.append(f"{name} is missing")
        elif isinstance(item, Struct):
            wrong += _fields(name, cls, item.fields, namespace)
        elif isinstance(cls, type) and issubclass(cls, enum.Enum):
            tags = {tag for tag in item.variants if tag != "other"}
            values = {member.value for member in cls}
            wrong += [f"{name}.{tag} is on one side only" for tag in tags ^ values]
        else:
            wrong += _choice(name, cls, item.variants, namespace)
    return wrong


def _fields(name: str, cls: Any, fields: dict[str, str], namespace: Any) -> list[str]:
    hints = typing.get_type_hints(cls)
    wrong = []
    if list(cls.__record_fields__) != list(fields):
        wrong.append(f"{name} has the fields {cls.__record_fields__}, in Rust {tuple(fields)}")
    for field in fields.keys() & hints.keys():
        if not agrees(hints[field], fields[field], namespace):
            wrong.append(f"{name}.{field} is {hints[field]}, in Rust {fields[field]}")
    return wrong


def _choice(name: str, cls: Any, variants: dict[str, str | dict[str, str] | None], namespace: Any) -> list[str]:
    records = {record.__record_tag__: record for record in typing.get_args(cls)}
    wrong = [f"{name}.{tag} is on one side only" for tag in records.keys() ^ variants.keys()]
    for tag in records.keys() & variants.keys():
        variant = variants[tag]
        fields = {"value": variant} if isinstance(variant, str) else variant or {}
        wrong += _fields(f"{name}.{tag}", records[tag], fields, namespace)
    return wrong
