"""The BGP neighbours of a router."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from ipaddress import IPv4Address
from typing import TypeAlias

from peering._record import Address, Record, record


class BgpState(Enum):
    """The state of a BGP session (RFC 4271, section 8.2.2).

    >>> BgpState("established") is BgpState.ESTABLISHED
    True
    """

    #: Refuses everything; the reason, if one is known, is in :attr:`BgpNeighbor.down_reason`.
    IDLE = "idle"
    #: Waits for the TCP connection.
    CONNECT = "connect"
    #: Listens for a TCP connection.
    ACTIVE = "active"
    #: Waits for the peer's OPEN.
    OPEN_SENT = "opensent"
    #: Waits for a KEEPALIVE or NOTIFICATION.
    OPEN_CONFIRM = "openconfirm"
    #: Exchanges routes.
    ESTABLISHED = "established"


@record(tag="admin-down")
class AdminDown(Record):
    """The operator of this router shut the session down.

    >>> AdminDown().to_dict()
    'admin-down'
    """


@record(tag="maximum-prefixes")
class MaximumPrefixes(Record):
    """The peer sent more prefixes than allowed.

    >>> MaximumPrefixes() == MaximumPrefixes()
    True
    """


@record(tag="notification")
class Notification(Record):
    """A NOTIFICATION (RFC 4271, section 4.5) ended the session.

    >>> Notification(code=6, subcode=2, text="Administrative Shutdown").to_dict()
    {'notification': {'code': 6, 'subcode': 2, 'text': 'Administrative Shutdown'}}
    """

    #: The error code.
    code: int
    #: The error subcode.
    subcode: int
    #: The router's words for it.
    text: str


@record(tag="other", kw_only=False)
class OtherReason(Record):
    """Something else, in the router's words.

    >>> OtherReason("interface down").value
    'interface down'
    """

    #: The router's words.
    value: str


#: Why a session is not established.
DownReason: TypeAlias = AdminDown | MaximumPrefixes | Notification | OtherReason


@record()
class NeighborFamily(Record):
    """What one session carries of one address family.

    >>> NeighborFamily(family="ipv4-unicast", accepted=3).accepted
    3
    """

    #: The address family and subsequent family: ``ipv4-unicast``, ``ipv6-unicast``, or another ``afi-safi``.
    family: str
    #: Prefixes received before the import policy, where the router keeps them.
    received: int | None = None
    #: Prefixes that the import policy accepted.
    accepted: int | None = None
    #: Prefixes sent after the export policy.
    sent: int | None = None
    #: The configured limit on received prefixes.
    prefix_limit: int | None = None


@record()
class BgpNeighbor(Record):
    """One BGP neighbour of a router.

    >>> from ipaddress import ip_address
    >>> peer = BgpNeighbor(address=ip_address("192.0.2.1"), remote_as=64501, local_as=64500, state=BgpState.ACTIVE)
    >>> match peer:
    ...     case BgpNeighbor(state=BgpState.ESTABLISHED):
    ...         print("up")
    ...     case BgpNeighbor(remote_as=asn):
    ...         print("waits for AS", asn)
    waits for AS 64501
    """

    #: The peer's address: the key of the session in its network instance.
    address: Address
    #: The peer's AS.
    remote_as: int
    #: Our AS on this session.
    local_as: int
    #: The state of the session.
    state: BgpState
    #: The VRF or network instance; ``default`` for the main table.
    network_instance: str = "default"
    #: Our address, while there is a connection.
    local_address: Address | None = None
    #: Our BGP identifier in this network instance.
    local_router_id: IPv4Address | None = None
    #: The interface of a link-local peer: part of the key then.
    interface: str | None = None
    #: The peer's BGP identifier, once it has said it.
    remote_router_id: IPv4Address | None = None
    #: The configured description.
    description: str | None = None
    #: The peer group or template that it takes its settings from.
    peer_group: str | None = None
    #: Whether the operator enabled it.
    is_enabled: bool = True
    #: Why it is down, where the router tells.
    down_reason: DownReason | None = None
    #: How long it has been established; ``None`` while it is not.
    uptime: timedelta | None = None
    #: Since when it has been established, by the router's clock; ``None`` while it is not.
    established_since: datetime | None = None
    #: How long the session has been in its state, where the router tells it of sessions that are down, too.
    state_age: timedelta | None = None
    #: How often it was established and lost again.
    flaps: int | None = None
    #: The hold time in force (RFC 4271).
    hold_time: timedelta | None = None
    #: The keepalive interval in force (RFC 4271).
    keepalive: timedelta | None = None
    #: BGP messages received.
    messages_received: int | None = None
    #: BGP messages sent.
    messages_sent: int | None = None
    #: Whether the session is authenticated (TCP MD5 or TCP-AO), where the router tells.
    is_authenticated: bool | None = None
    #: The address families, configured or negotiated.
    families: tuple[NeighborFamily, ...] = ()

    @property
    def is_established(self) -> bool:
        """Whether the session exchanges routes."""
        return self.state is BgpState.ESTABLISHED

    def family(self, name: str) -> NeighborFamily | None:
        """The counters of one family."""
        return next((entry for entry in self.families if entry.family == name), None)
