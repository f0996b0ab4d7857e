"""Keys that are numbers in NAPALM's results: JSON has text there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Methods, and the ways to what has numbers as keys: names, or ``*`` for every key. The inner ones first: then the way to them is
#: still text.
NUMBERED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "get_bgp_neighbors_detail": (("*",),),
    "traceroute": (("success", "*", "probes"), ("success",)),
}

#: What is so on one platform only.
NUMBERED_ON: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]] = {("eos", "get_environment"): (("cpu",),)}


def restored(platform: str, method: str, value: Any) -> Any:
    """The result with its numbers.

    >>> restored("eos", "get_bgp_neighbors_detail", {"global": {"64505": []}})
    {'global': {64505: []}}
    """
    for way in NUMBERED.get(method, ()) + NUMBERED_ON.get((platform, method), ()):
        value = _at(value, way)
    return value


def _at(value: Any, way: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    if not way:
        return {int(key) if key.isdigit() else key: item for key, item in value.items()}
    first, *rest = way
    return {key: _at(item, tuple(rest)) if first in ("*", key) else item for key, item in value.items()}
