"""Routes to a prefix, with their BGP attributes."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from ipaddress import IPv4Address
from typing import TypeAlias

from peering._record import Address, Prefix, Record, record

__all__ = ["BgpAttributes", "Exact", "Longer", "Longest", "Origin", "Route", "RouteMatch", "RouteQuery"]


@record(tag="exact", kw_only=False)
class Exact(Record):
    """Exactly this prefix.

    >>> Exact("192.0.2.0/24").to_dict()
    {'exact': '192.0.2.0/24'}
    """

    #: The prefix.
    value: Prefix


@record(tag="longest", kw_only=False)
class Longest(Record):
    """The longest prefix that covers this address.

    >>> Longest("192.0.2.1").value
    IPv4Address('192.0.2.1')
    """

    #: The address.
    value: Address


@record(tag="longer", kw_only=False)
class Longer(Record):
    """This prefix, and all that lie in it.

    >>> Longer("2001:db8::/32").value
    IPv6Network('2001:db8::/32')
    """

    #: The prefix.
    value: Prefix


#: Which prefixes a :class:`RouteQuery` means.
RouteMatch: TypeAlias = Exact | Longest | Longer


@record()
class RouteQuery(Record):
    """Which routes to ask for.

    >>> RouteQuery(matching=Longer("192.0.2.0/24"), protocol="bgp").protocol
    'bgp'
    """

    #: Which prefixes.
    matching: RouteMatch
    #: Only routes of this protocol (``bgp``, ``static``, …), as the router names it.
    protocol: str | None = None


class Origin(Enum):
    """The ORIGIN attribute (RFC 4271, section 5.1.1).

    >>> Origin("igp") is Origin.IGP
    True
    """

    #: Interior to the originating AS.
    IGP = "igp"
    #: Learned by EGP.
    EGP = "egp"
    #: By some other means.
    INCOMPLETE = "incomplete"


@record()
class BgpAttributes(Record):
    """The BGP attributes of a path.

    >>> BgpAttributes(as_path=[64501, 64502], origin=Origin.IGP).as_path[-1]
    64502
    """

    #: AS_PATH, flattened, nearest first; the members of an AS_SET stand in the order given.
    as_path: tuple[int, ...] = ()
    #: AS_PATH as the router prints it, with sets and confederations marked its way; ``None`` where it gives a list only.
    as_path_text: str | None = None
    #: ORIGIN.
    origin: Origin | None = None
    #: LOCAL_PREF.
    local_preference: int | None = None
    #: MULTI_EXIT_DISC.
    med: int | None = None
    #: Standard communities (RFC 1997) as ``A:B``, and well-known ones by name.
    communities: tuple[str, ...] = ()
    #: Extended communities (RFC 4360), as the router prints them.
    extended_communities: tuple[str, ...] = ()
    #: Large communities (RFC 8092) as ``A:B:C``.
    large_communities: tuple[str, ...] = ()
    #: The neighbour that the path came from; ``None`` for a local one.
    peer: Address | None = None
    #: The neighbour's BGP identifier, where it is told.
    peer_router_id: IPv4Address | None = None
    #: The neighbour's AS, where it is told.
    remote_as: int | None = None
    #: Our AS on that session, where it is told.
    local_as: int | None = None


@record()
class Route(Record):
    """One path to a prefix.

    >>> route = Route(prefix="192.0.2.0/24", protocol="static", is_best=True, next_hops=["198.51.100.1"])
    >>> route.prefix, route.bgp
    (IPv4Network('192.0.2.0/24'), None)
    """

    #: The prefix.
    prefix: Prefix
    #: The protocol that brought it: ``bgp``, ``static``, ``connected``, …; in lower case unless the platform's table
    #: says more (``eBGP``).
    protocol: str
    #: The table that holds it, by the router's name (``inet.0``); ``None`` where tables have no names.
    table: str | None = None
    #: The VRF or network instance; ``default`` for the main table.
    network_instance: str = "default"
    #: Whether it is the one in use.
    is_best: bool
    #: Why it is not, in the router's words.
    inactive_reason: str | None = None
    #: Administrative distance or preference.
    preference: int | None = None
    #: A second preference, where the platform has one (Junos, signed).
    preference2: int | None = None
    #: The metric.
    metric: int | None = None
    #: A second metric, where the platform has one (Junos).
    metric2: int | None = None
    #: Next hops, global address first.
    next_hops: tuple[Address, ...] = ()
    #: Which of the next hops, by its index, packets take, where the router tells.
    selected_next_hop: int | None = None
    #: The interfaces towards the next hops, where known.
    interfaces: tuple[str, ...] = ()
    #: Its age.
    age: timedelta | None = None
    #: The BGP attributes of a BGP path.
    bgp: BgpAttributes | None = None
