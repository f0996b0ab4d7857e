"""BGP sessions: over an exchange, and direct ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, TypeAlias

from peering import _native
from peering._compat import Compat
from peering._family import Family
from peering._record import Address, Interface, Record, record
from peering._secret import Secret
from peering.model.context import ContextAssignment
from peering.model.status import SessionStatus
from peering.state import BgpState

__all__ = ["DirectSession", "InternetExchangeSession", "PrefixCounts", "Session"]


@record(brief=True)
class PrefixCounts(Record):
    """How many prefixes a session was last seen to carry.

    >>> PrefixCounts(received=7, accepted=5).advertised is None
    True
    """

    #: Received, before the import policy.
    received: int | None = None
    #: Accepted by the import policy.
    accepted: int | None = None
    #: Sent, after the export policy.
    advertised: int | None = None


@record(brief=True)
class InternetExchangeSession(Record):
    """A BGP session over one of our connections to an exchange. Connection and peer address are its key.

    >>> session = InternetExchangeSession(
    ...     autonomous_system=64501, connection="ix-1", ip_address="192.0.2.10", password="swordfish"
    ... )
    >>> session.address, session.family, session.password
    (IPv4Address('192.0.2.10'), <Family.IPV4: 4>, Secret(…))
    >>> match session:
    ...     case InternetExchangeSession(autonomous_system=asn, status=SessionStatus.ENABLED):
    ...         print("AS", asn)
    AS 64501
    """

    #: The peer.
    autonomous_system: int
    #: The name of our connection.
    connection: str
    #: The peer's address.
    ip_address: Address
    #: Whether the peer is a route server of the exchange.
    is_route_server: bool = False
    #: Where the session stands in its life.
    status: SessionStatus = SessionStatus.ENABLED
    #: The TCP MD5 password (RFC 2385). It is written as a fixed mark; see
    #: :meth:`Network.to_json`.
    password: Secret | None = None
    #: The password in the platform's cipher, where that is kept elsewhere; templates compute it otherwise.
    encrypted_password: Secret | None = None
    #: The time to live of what we send, 1 to 255; 1 for a peer on the same LAN.
    multihop_ttl: int = 1
    #: Whether we wait for the peer to connect.
    passive: bool = False
    #: Slugs of the session's own policies for what it receives.
    import_routing_policies: Sequence[str] = ()
    #: Slugs of the session's own policies for what it sends.
    export_routing_policies: Sequence[str] = ()
    #: Slugs of the session's own communities.
    communities: Sequence[str] = ()
    #: The slug of its BFD timers, if it has any.
    bfd: str | None = None
    #: What the session was last seen to do; ``None`` if nobody has looked, or the router no longer knows it.
    bgp_state: BgpState | None = None
    #: What it was last seen to carry.
    prefix_counts: PrefixCounts = PrefixCounts()
    #: When it was last seen established.
    last_established_state: datetime | None = None
    #: The peer's or our order number for the session.
    service_reference: str | None = None
    #: Slugs of its tags.
    tags: Sequence[str] = ()
    #: The contexts that apply to it.
    config_contexts: Sequence[ContextAssignment] = ()
    #: Values of its own for templates, over those of its contexts.
    local_context_data: Mapping[str, Any] = field(default_factory=dict)
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""
    #: Longer notes of the operator's.
    comments: str = ""

    @property
    def address(self) -> Address:
        """The peer's address, as both sorts of session have it."""
        return self.ip_address

    @property
    def family(self) -> Family:
        """The family of the peer's address."""
        return Family.of(self.ip_address)


@record(brief=True)
class DirectSession(Record):
    """A BGP session that is not over an exchange: transit, customers, private peering. Router, network instance
    and peer address are its key.

    >>> session = DirectSession(autonomous_system=64502, ip_address="192.0.2.2/30", local_ip_address="192.0.2.1/30")
    >>> session.address, session.address_problem()
    (IPv4Address('192.0.2.2'), None)
    """

    #: The peer.
    autonomous_system: int
    #: The autonomous system of ours; the router's, if there is none.
    local_autonomous_system: int | None = None
    #: Our address with the length of the link's prefix, where that is known.
    local_ip_address: Interface | None = None
    #: The peer's address with the length of the link's prefix.
    ip_address: Interface
    #: The slug of what it is for.
    relationship: str | None = None
    #: The slug of its group.
    bgp_group: str | None = None
    #: The router's name, once it is known.
    router: str | None = None
    #: The name of the connection that it runs over, if it is a private VLAN at an exchange.
    connection: str | None = None
    #: The VRF or network instance; the router's main table, if there is none.
    network_instance: str | None = None
    #: Where the session stands in its life.
    status: SessionStatus = SessionStatus.ENABLED
    #: The TCP MD5 password (RFC 2385). It is written as a fixed mark; see
    #: :meth:`Network.to_json`.
    password: Secret | None = None
    #: The password in the platform's cipher, where that is kept elsewhere; templates compute it otherwise.
    encrypted_password: Secret | None = None
    #: The time to live of what we send, 1 to 255; 1 for a peer on the same link.
    multihop_ttl: int = 1
    #: Whether we wait for the peer to connect.
    passive: bool = False
    #: Slugs of the session's own policies for what it receives.
    import_routing_policies: Sequence[str] = ()
    #: Slugs of the session's own policies for what it sends.
    export_routing_policies: Sequence[str] = ()
    #: Slugs of the session's own communities.
    communities: Sequence[str] = ()
    #: The slug of its BFD timers, if it has any.
    bfd: str | None = None
    #: What the session was last seen to do; ``None`` if nobody has looked, or the router no longer knows it.
    bgp_state: BgpState | None = None
    #: What it was last seen to carry.
    prefix_counts: PrefixCounts = PrefixCounts()
    #: When it was last seen established.
    last_established_state: datetime | None = None
    #: The peer's or our order number for the session.
    service_reference: str | None = None
    #: Slugs of its tags.
    tags: Sequence[str] = ()
    #: The contexts that apply to it.
    config_contexts: Sequence[ContextAssignment] = ()
    #: Values of its own for templates, over those of its contexts.
    local_context_data: Mapping[str, Any] = field(default_factory=dict)
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""
    #: Longer notes of the operator's.
    comments: str = ""

    @property
    def address(self) -> Address:
        """The peer's address without prefix length, as both sorts of session have it."""
        return self.ip_address.ip

    @property
    def family(self) -> Family:
        """The family of the peer's address."""
        return Family.of(self.ip_address)

    def address_problem(self, *, compat: Compat = Compat.STRICT) -> str | None:
        """The first thing wrong with the two addresses, in words.

        The peer's must be a host's; ours must differ; with a time to live of 1 both must be in one network of one
        length; ours must be a host's. Peering Manager holds equal addresses with different lengths for different.
        """
        return _native.address_problem(self, compat.value)


#: A session of either sort.
Session: TypeAlias = InternetExchangeSession | DirectSession
