"""The LAN and its members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from threading import Lock
from typing import Any

from peering import _native
from peering._record import Address, Prefix, Record, record
from peering._secret import Secret

__all__ = ["Fabric", "Member", "MemberId"]


class MemberId(int):
    """Names a member of a fabric: what :meth:`Fabric.add_member` gives.

    >>> MemberId(1) == 1
    True
    """

    __slots__ = ()


@record()
class Member(Record):
    """A member of the exchange: a remote peer without a command line, which does what its operator would have configured.

    >>> Member(asn=64505, expects=64501, addresses=["192.0.2.5", "2001:db8:ffff::5"], ipv4_prefixes=40).is_up
    True
    """

    #: Its AS.
    asn: int
    #: The AS that it expects of us.
    expects: int
    #: Its addresses on the LAN, of both families: one BGP session each.
    addresses: Sequence[Address] = ()
    #: The MD5 password (RFC 2385) that it uses.
    password: Secret | None = None
    #: How many made-up IPv4 prefixes it announces.
    ipv4_prefixes: int = 0
    #: How many made-up IPv6 prefixes it announces.
    ipv6_prefixes: int = 0
    #: Prefixes that it announces besides.
    prefixes: Sequence[Prefix] = ()
    #: Whether it answers at all.
    is_up: bool = True


class Fabric:
    """A simulated peering LAN, on which sessions take ``delay`` to come up.

    >>> fabric = Fabric(delay=timedelta(milliseconds=100))
    >>> member = fabric.add_member(Member(asn=64505, expects=64501, addresses=["192.0.2.5"]))
    >>> fabric.change_member(member, is_up=False)
    >>> fabric.member(member).is_up
    False
    """

    __slots__ = ("_lock", "_members", "_native")

    def __init__(self, delay: timedelta = timedelta(milliseconds=300)) -> None:
        self._native = _native.Fabric(delay)
        self._members: list[Member] = []
        self._lock = Lock()

    def add_member(self, member: Member) -> MemberId:
        """A member joins."""
        with self._lock:
            number = self._native.add_member(member)
            self._members.append(member)
            return MemberId(number)

    def member(self, member: MemberId) -> Member:
        """A member as it is now."""
        return self._members[member]

    def change_member(self, member: MemberId, **changes: Any) -> None:
        """Changes fields of a member while sessions run: it goes down, comes up, gets another password."""
        with self._lock:
            changed = self._members[member].replace(**changes)
            self._native.change_member(member, changed)
            self._members[member] = changed

    def __repr__(self) -> str:
        return f"<Fabric with {len(self._members)} members>"
