"""What routers were seen to do, on its way into a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from peering import _native
from peering._compat import Compat
from peering._record import Address, Record, record, shape_of
from peering.model.session import PrefixCounts
from peering.state import BgpState

__all__ = [
    "IgnoredBecause",
    "IgnoredNeighbor",
    "Observed",
    "PollReport",
    "SessionImport",
    "UnmatchedBecause",
    "UnmatchedNeighbor",
    "observed_by_napalm",
]


@record(brief=True)
class Observed(Record):
    """A neighbour as a router showed it.

    >>> Observed(address="192.0.2.10", remote_as=64501, state="established")
    Observed(address=IPv4Address('192.0.2.10'), remote_as=64501, state=<BgpState.ESTABLISHED: 'established'>)
    """

    #: The VRF or network instance; ``default`` for the main table.
    network_instance: str = "default"
    #: The peer's address.
    address: Address
    #: The zone of a link-local address, e.g. ``eth0`` (RFC 4007).
    zone: str | None = None
    #: The peer's AS number, where the router tells.
    remote_as: int | None = None
    #: The state; ``None`` where the router's words are not known.
    state: BgpState | None = None
    #: Prefixes of the peer's own family.
    prefix_counts: PrefixCounts = PrefixCounts()


class UnmatchedBecause(Enum):
    """Why a neighbour is no session of ours.

    >>> UnmatchedBecause("unknown") is UnmatchedBecause.UNKNOWN
    True
    """

    #: No session on this router has this address in this network instance.
    UNKNOWN = "unknown"
    #: The session with this address has a peer with another AS number.
    OTHER_AUTONOMOUS_SYSTEM = "other-autonomous-system"
    #: Several sessions could be meant.
    AMBIGUOUS = "ambiguous"


@record(brief=True)
class UnmatchedNeighbor(Record):
    """A neighbour that is no session of ours, with the reason.

    >>> neighbor = Observed(address="192.0.2.99")
    >>> UnmatchedNeighbor(neighbor=neighbor, reason=UnmatchedBecause.UNKNOWN).reason.value
    'unknown'
    """

    #: The neighbour.
    neighbor: Observed
    #: Why it is no session of ours.
    reason: UnmatchedBecause
    #: The peer of the session with this address, if it is another.
    autonomous_system: int | None = None
    #: This in words.
    text: str = ""

    def __str__(self) -> str:
        return self.text


@record(brief=True)
class PollReport(Record):
    """What a poll of one router brought; see :meth:`Network.polled`.

    >>> PollReport(updated=2, stale=["internet_exchange_sessions[1]"]).updated
    2
    """

    #: How many sessions were brought up to date.
    updated: int = 0
    #: Sessions of ours that the router did not show: their state is unknown now. By their path in the document.
    stale: tuple[str, ...] = ()
    #: Neighbours that are no session of ours.
    unmatched: tuple[UnmatchedNeighbor, ...] = ()


class IgnoredBecause(Enum):
    """Why a neighbour was not imported.

    >>> IgnoredBecause("exists") is IgnoredBecause.EXISTS
    True
    """

    #: Its address is not on the exchange's LAN.
    ELSEWHERE = "elsewhere"
    #: It is in another network instance than the connection.
    OTHER_NETWORK_INSTANCE = "other-network-instance"
    #: The network has the session.
    EXISTS = "exists"
    #: The router does not tell its AS number.
    NO_AUTONOMOUS_SYSTEM = "no-autonomous-system"
    #: Nobody knows its AS number.
    UNKNOWN_AUTONOMOUS_SYSTEM = "unknown-autonomous-system"
    #: It is our own address.
    OURS = "ours"


@record(brief=True)
class IgnoredNeighbor(Record):
    """A neighbour that an import of sessions left out, with the reason.

    >>> IgnoredNeighbor(neighbor=Observed(address="192.0.2.99"), reason="exists").reason
    <IgnoredBecause.EXISTS: 'exists'>
    """

    #: The neighbour.
    neighbor: Observed
    #: Why it was left out.
    reason: IgnoredBecause
    #: This in words.
    text: str = ""

    def __str__(self) -> str:
        return self.text


@record(brief=True)
class SessionImport(Record):
    """What an import of sessions from a router brought; see :meth:`Network.import_sessions`.

    >>> SessionImport(sessions_added=["192.0.2.10"]).sessions_added
    (IPv4Address('192.0.2.10'),)
    """

    #: The peers' addresses of the sessions that were added.
    sessions_added: tuple[Address, ...] = ()
    #: The autonomous systems that were added for them.
    autonomous_systems_added: tuple[int, ...] = ()
    #: Neighbours that were left out.
    ignored: tuple[IgnoredNeighbor, ...] = ()


def observed_by_napalm(
    answer: Mapping[str, Any] | None, *, detail: bool = False, compat: Compat = Compat.STRICT
) -> tuple[Observed, ...]:
    """The neighbours in an answer of NAPALM's ``get_bgp_neighbors``, or with ``detail`` of ``get_bgp_neighbors_detail``.

    A neighbour whose address cannot be read is left out. Raises :class:`~peering.exceptions.ParseError` for an answer of
    another shape.

    >>> peer = {"remote_as": 64501, "is_up": True, "address_family": {"ipv4": {"received_prefixes": 3}}}
    >>> observed_by_napalm({"global": {"peers": {"192.0.2.10": peer}}})[0].prefix_counts.received
    3
    """
    return tuple(_native.from_napalm(json.dumps(answer), detail, compat.value, shape_of(Observed)))
