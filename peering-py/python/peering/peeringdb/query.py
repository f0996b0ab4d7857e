"""Filters: what a field must be like, and the keyword arguments of every query.

A filter is the name of a field with a value. Several values are alternatives, and a :class:`Match` compares in another way:

>>> from peering.peeringdb import Cache, Net, NetIxLan
>>> with_ports = Cache.in_memory()
>>> with_ports.find(Net, asn=64500)
<Table of 0 Net>
>>> with_ports.find(NetIxLan, ix_id=[26, 31], speed=at_least(10000))
<Table of 0 NetIxLan>
>>> with_ports.find(Net, name=contains("example"), info_ipv6=True, limit=10)
<Table of 0 Net>

Names are checked, as the server would answer an unknown one with everything. They may also be written with the suffixes of
PeeringDB's API (``name__contains="example"``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timezone
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, TypeAlias

from peering._record import Record, record

__all__ = ["Filter", "Match", "Value", "at_least", "at_most", "contains", "greater_than", "less_than", "starts_with"]

#: What a field can be compared with.
Value: TypeAlias = str | int | float | bool | date | Enum | IPv4Address | IPv6Address | IPv4Network | IPv6Network


@record(kw_only=False)
class Match(Record):
    """A comparison other than "equal to". Made by :func:`at_least` and its like.

    >>> at_least(10000)
    Match(suffix='gte', text='10000')
    """

    #: PeeringDB's suffix.
    suffix: str
    #: The value as PeeringDB's API writes it.
    text: str


#: What a filter may be: a value, alternatives, or a comparison.
Filter: TypeAlias = Value | Iterable[Value] | Match


def at_least(value: Value) -> Match:
    """Greater than this or equal.

    >>> at_least(10000).suffix
    'gte'
    """
    return Match("gte", _text(value))


def at_most(value: Value) -> Match:
    """Less than this or equal.

    >>> at_most(10000).suffix
    'lte'
    """
    return Match("lte", _text(value))


def greater_than(value: Value) -> Match:
    """Greater than this.

    >>> from datetime import datetime, timezone
    >>> greater_than(datetime(2026, 1, 1, tzinfo=timezone.utc)).text
    '2026-01-01T00:00:00+00:00'
    """
    return Match("gt", _text(value))


def less_than(value: Value) -> Match:
    """Less than this.

    >>> less_than(64512).text
    '64512'
    """
    return Match("lt", _text(value))


def contains(text: str) -> Match:
    """Contains this text. The case of ASCII letters does not matter.

    >>> contains("example").suffix
    'contains'
    """
    return Match("contains", text)


def starts_with(text: str) -> Match:
    """Starts with this text. The case of ASCII letters does not matter.

    >>> starts_with("AS-").suffix
    'startswith'
    """
    return Match("startswith", text)


_SCALARS = (str, int, float, date, Enum, IPv4Address, IPv6Address, IPv4Network, IPv6Network)


def _text(value: Any) -> str:
    """A value as PeeringDB's API writes it."""
    from peering.exceptions import OptionsError

    if isinstance(value, Enum):
        return _text(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise OptionsError("a time needs its zone; say datetime(..., tzinfo=timezone.utc)")
        return value.astimezone(timezone.utc).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, _SCALARS):
        return str(value)
    raise OptionsError(f"a filter cannot be a {type(value).__name__}")


def filters(given: dict[str, Any]) -> list[tuple[str, str | list[str]]]:
    """Filters by keyword as the compiled half takes them."""
    from peering.exceptions import OptionsError

    taken: list[tuple[str, str | list[str]]] = []
    for name, wanted in given.items():
        if isinstance(wanted, Match):
            taken.append((f"{name}__{wanted.suffix}", wanted.text))
        elif isinstance(wanted, _SCALARS):
            taken.append((name, _text(wanted)))
        elif isinstance(wanted, Iterable) and not isinstance(wanted, (bytes, bytearray)):
            taken.append((name.removesuffix("__in"), [_text(value) for value in wanted]))
        else:
            found = "None" if wanted is None else f"a {type(wanted).__name__}"
            raise OptionsError(f"the filter `{name}` cannot be {found}")
    return taken


#: The filters through other objects, as keyword arguments.
PRESENCE = ("at_exchange", "at_facility", "with_exchange", "with_network")


def query(given: dict[str, Any]) -> dict[str, Any]:
    """All keyword arguments of a query as the compiled half takes them."""
    rest = dict(given)
    given_presence = [(name, rest.pop(name, None)) for name in PRESENCE]
    spec: dict[str, Any] = {"presence": [(name, of) for name, of in given_presence if of is not None]}
    for name in ("search", "limit", "skip", "fields", "including_deleted"):
        if rest.get(name) is not None:
            spec[name] = rest[name]
        rest.pop(name, None)
    return {**spec, "filters": filters(rest)}
