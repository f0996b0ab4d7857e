"""Keys that are numbers in NAPALM's results: JSON has text there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Methods, and the way to what has numbers as keys: names, or ``*`` for every key.
NUMBERED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "get_bgp_neighbors_detail": (("*",),),
    "get_environment": (("cpu",),),
    "traceroute": (("success",), ("success", "*", "probes")),
}


def restored(method: str, value: Any) -> Any:
    """The result with its numbers.

    >>> restored("get_bgp_neighbors_detail", {"global": {"64505": []}})
    {'global': {64505: []}}
    """
    # the inner ones first: then the way to them is still text
    for way in sorted(NUMBERED.get(method, ()), key=len, reverse=True):
        value = _at(value, way)
    return value


def _at(value: Any, way: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    if not way:
        return {int(key) if key.isdigit() else key: item for key, item in value.items()}
    first, *rest = way
    return {key: _at(item, tuple(rest)) if first in ("*", key) else item for key, item in value.items()}
