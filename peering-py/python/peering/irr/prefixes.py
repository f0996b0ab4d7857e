"""What an AS-SET stands for: prefixes with ranges of lengths, and AS numbers; and how the tools print them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from peering import _native
from peering._family import Family
from peering._record import Prefix, Record, record, shape_of

__all__ = ["PrefixEntry", "Prefixes", "aggregated", "as_list", "parse_as_list", "parse_prefixes"]


@record()
class PrefixEntry(Record):
    """A prefix and how long its more specific ones may be that are accepted with it, as bgpq3 and bgpq4 print it.

    >>> from ipaddress import ip_network
    >>> entry = PrefixEntry(prefix="10.0.0.0/8", greater_equal=9, less_equal=24)
    >>> entry.lengths, entry.accepts(ip_network("10.1.0.0/16")), entry.accepts(ip_network("10.0.0.0/8"))
    (range(9, 25), True, False)
    >>> entry.to_dict()
    {'exact': False, 'greater-equal': 9, 'less-equal': 24, 'prefix': '10.0.0.0/8'}
    """

    #: The prefix.
    prefix: Prefix
    #: Whether nothing but the prefix itself is accepted. It follows from the rest.
    exact: bool | None = None
    #: The least length that is accepted; that of the prefix, if there is none.
    greater_equal: int | None = dataclasses.field(default=None, metadata={"key": "greater-equal"})
    #: The greatest length that is accepted; if there is none, all of them from ``greater_equal`` on, or only the prefix
    #: itself if that is not given either.
    less_equal: int | None = dataclasses.field(default=None, metadata={"key": "less-equal"})

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        if self.exact is None:
            object.__setattr__(self, "exact", _native.irr_entry(self)[0])
        else:
            _native.irr_entry(self)

    @property
    def lengths(self) -> range:
        """The lengths that are accepted."""
        _, least, most = _native.irr_entry(self)
        return range(least, most + 1)

    @property
    def family(self) -> Family:
        """The family of the prefix."""
        return Family.of(self.prefix)

    def accepts(self, prefix: Prefix) -> bool:
        """Whether this prefix is accepted."""
        return _native.irr_accepts((self,), prefix)


@record()
class Prefixes(Record):
    """The prefixes that AS-SETs stand for, by family.

    >>> prefixes = Prefixes(ipv4=[PrefixEntry(prefix="10.0.0.0/24"), PrefixEntry(prefix="10.0.1.0/24")])
    >>> [(str(entry.prefix), entry.lengths) for entry in prefixes.aggregated().ipv4]
    [('10.0.0.0/23', range(24, 25))]
    """

    #: IPv6. It stands first, as in Peering Manager's documents.
    ipv6: Sequence[PrefixEntry] = ()
    #: IPv4.
    ipv4: Sequence[PrefixEntry] = ()

    def of(self, family: Family) -> Sequence[PrefixEntry]:
        """Those of one family."""
        return self.ipv4 if family is Family.IPV4 else self.ipv6

    def __len__(self) -> int:
        return len(self.ipv4) + len(self.ipv6)

    def accepts(self, prefix: Prefix) -> bool:
        """Whether this prefix is accepted by any entry."""
        return _native.irr_accepts(self.of(Family.of(prefix)), prefix)

    def aggregated(self) -> Prefixes:
        """The same set of prefixes in fewer entries, see :func:`aggregated`."""
        return Prefixes(ipv6=tuple(aggregated(self.ipv6)), ipv4=tuple(aggregated(self.ipv4)))


_ENTRIES = tuple[PrefixEntry, ...]


def aggregated(entries: Iterable[PrefixEntry]) -> list[PrefixEntry]:
    """The same set of prefixes in fewer entries, as ``bgpq4 -A`` does it. Nothing is accepted that was not, and everything
    that was.

    >>> entries = [PrefixEntry(prefix="10.0.0.0/8", less_equal=24), PrefixEntry(prefix="10.1.0.0/16")]
    >>> [str(entry.prefix) for entry in aggregated(entries)]
    ['10.0.0.0/8']
    """
    return list(_native.irr_aggregated(tuple(entries), shape_of(_ENTRIES)))


def parse_prefixes(text: str) -> list[PrefixEntry]:
    """Reads what ``bgpq3 -j`` or ``bgpq4 -j`` prints for a list of prefixes, whatever the list is called.

    >>> parse_prefixes('{"list": [{"prefix": "192.0.2.0/24", "exact": true}]}')[0].prefix
    IPv4Network('192.0.2.0/24')
    """
    return list(_native.irr_parse_prefixes(text, shape_of(_ENTRIES)))


def parse_as_list(text: str) -> list[int]:
    """Reads what ``bgpq3 -j -f 1`` or ``bgpq4 -j -t`` prints for a list of AS numbers, whatever the list is called.

    >>> parse_as_list('{"list": [64501, 64500]}')
    [64501, 64500]
    """
    return list(_native.irr_parse_as_list(text, shape_of(tuple[int, ...])))


def as_list(own: int, found: Iterable[int]) -> list[int]:
    """AS numbers in order, each once, with this one among them and without ``AS_TRANS`` (RFC 6793).

    >>> as_list(64500, [64502, 23456, 64501])
    [64500, 64501, 64502]
    """
    return _native.irr_as_list(own, list(found))
