"""The BGP neighbours of a router."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from ipaddress import IPv4Address
from typing import TypeAlias

from peering._record import Address, Record, record

__all__ = [
    "AddressFamily",
    "AdminDown",
    "BgpInstance",
    "BgpNeighbor",
    "BgpNeighborDetail",
    "BgpState",
    "DownReason",
    "MaximumPrefixes",
    "NeighborFamily",
    "Notification",
    "OtherReason",
]


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


class AddressFamily(str, Enum):
    """An address family and subsequent family (RFC 4760). A router may name others, which stay text.

    >>> AddressFamily.IPV4_UNICAST == "ipv4-unicast"
    True
    """

    #: AFI 1, SAFI 1.
    IPV4_UNICAST = "ipv4-unicast"
    #: AFI 2, SAFI 1.
    IPV6_UNICAST = "ipv6-unicast"

    def __str__(self) -> str:
        return self.value


@record(tag="admin-down")
class AdminDown(Record):
    """The operator of this router shut the session down.

    >>> AdminDown().to_dict()
    'admin-down'
    """

    def __str__(self) -> str:
        return "administratively down"


@record(tag="maximum-prefixes")
class MaximumPrefixes(Record):
    """The peer sent more prefixes than allowed.

    >>> print(MaximumPrefixes())
    maximum number of prefixes reached
    """

    def __str__(self) -> str:
        return "maximum number of prefixes reached"


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

    def __str__(self) -> str:
        return f"{self.text} ({self.code}/{self.subcode})"


@record(tag="other", kw_only=False)
class OtherReason(Record):
    """Something else, in the router's words.

    >>> OtherReason("interface down").value
    'interface down'
    """

    #: The router's words.
    value: str

    def __str__(self) -> str:
        return self.value


#: Why a session is not established.
DownReason: TypeAlias = AdminDown | MaximumPrefixes | Notification | OtherReason


@record()
class BgpInstance(Record):
    """BGP in one network instance.

    >>> BgpInstance(router_id="192.0.2.1", local_as=64500).network_instance
    'default'
    """

    #: The VRF or network instance; ``default`` for the main table.
    network_instance: str = "default"
    #: Our BGP identifier in it.
    router_id: IPv4Address | None = None
    #: Our AS in it, where it is told.
    local_as: int | None = None


@record()
class NeighborFamily(Record):
    """What one session carries of one address family.

    >>> NeighborFamily(family="ipv4-unicast", accepted=3).family
    <AddressFamily.IPV4_UNICAST: 'ipv4-unicast'>
    """

    #: The family.
    family: AddressFamily | str
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

    >>> peer = BgpNeighbor(address="192.0.2.1", remote_as=64501, local_as=64500, state=BgpState.ACTIVE)
    >>> match peer:
    ...     case BgpNeighbor(state=BgpState.ESTABLISHED):
    ...         print("up")
    ...     case BgpNeighbor(remote_as=asn):
    ...         print("waits for AS", asn)
    waits for AS 64501
    """

    #: The VRF or network instance; ``default`` for the main table.
    network_instance: str = "default"
    #: The peer's address: the key of the session in its network instance.
    address: Address
    #: The peer's AS.
    remote_as: int
    #: Our AS on this session.
    local_as: int
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
    #: The state of the session.
    state: BgpState
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
    #: Whether the session is authenticated (TCP MD5, RFC 2385, or TCP-AO, RFC 5925), where the router tells.
    is_authenticated: bool | None = None
    #: The address families, configured or negotiated.
    families: tuple[NeighborFamily, ...] = ()

    @property
    def is_established(self) -> bool:
        """Whether the session exchanges routes."""
        return self.state is BgpState.ESTABLISHED

    def family(self, name: AddressFamily | str) -> NeighborFamily | None:
        """The counters of one family."""
        return next((entry for entry in self.families if entry.family == name), None)


@record()
class BgpNeighborDetail(Record):
    """All that a router tells of one neighbour.

    >>> peer = BgpNeighbor(address="192.0.2.1", remote_as=64501, local_as=64500, state="established")
    >>> BgpNeighborDetail(neighbor=peer, remote_port=179).neighbor.is_established
    True
    """

    #: What the summary has, too.
    neighbor: BgpNeighbor
    #: The table of routes that it fills, as the router names it.
    routing_table: str | None = None
    #: Whether our address is configured, rather than chosen by the router.
    is_local_address_configured: bool | None = None
    #: Our TCP port.
    local_port: int | None = None
    #: The peer's TCP port.
    remote_port: int | None = None
    #: Whether the peer may be more than one hop away.
    is_multihop: bool | None = None
    #: Whether several paths of it are used at once.
    is_multipath: bool | None = None
    #: Whether private AS numbers are taken out of what is sent.
    removes_private_as: bool | None = None
    #: The import policies, as one text.
    import_policy: str | None = None
    #: The export policies, as one text.
    export_policy: str | None = None
    #: UPDATE messages received.
    updates_received: int | None = None
    #: UPDATE messages sent.
    updates_sent: int | None = None
    #: Messages that wait to be sent.
    messages_queued: int | None = None
    #: The state before the present one.
    previous_state: str | None = None
    #: What happened last, in the router's words.
    last_event: str | None = None
    #: Whether AS numbers of four bytes are not offered (RFC 6793).
    suppresses_4byte_as: bool | None = None
    #: Whether our own AS is put in front of a ``local-as``.
    prepends_local_as: bool | None = None
    #: Whether several paths to a prefix can be exchanged (ADD-PATH, RFC 7911).
    supports_add_path: bool | None = None
    #: The options in force, as the router names them, where it lists them (Junos ``Multihop``, ``AddressFamily``, …).
    options: tuple[str, ...] = ()
    #: The configured hold time.
    configured_hold_time: timedelta | None = None
    #: The configured keepalive interval.
    configured_keepalive: timedelta | None = None
    #: Prefixes of it that are in use.
    active_prefixes: int | None = None
    #: Prefixes received.
    received_prefixes: int | None = None
    #: Prefixes that the import policy accepted.
    accepted_prefixes: int | None = None
    #: Prefixes held back for flapping (RFC 2439).
    suppressed_prefixes: int | None = None
    #: Prefixes sent.
    advertised_prefixes: int | None = None
