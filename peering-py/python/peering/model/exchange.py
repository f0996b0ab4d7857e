"""Exchanges, our connections to them, and the peers we do not want to be asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timezone
from ipaddress import IPv4Interface, IPv6Interface
from typing import Any

from peering import _native
from peering._family import Family
from peering._record import Address, Interface, Prefix, Record, record
from peering.model.contact import Contact
from peering.model.context import ContextAssignment
from peering.model.status import Status

__all__ = ["Connection", "HiddenPeer", "InternetExchange"]


@record(brief=True)
class InternetExchange(Record):
    """An internet exchange as one of our autonomous systems sees it.

    Two of our systems at the same exchange are two values with different slugs.

    >>> exchange = InternetExchange(slug="ix", name="IX", local_autonomous_system=64500, prefixes=["192.0.2.0/24"])
    >>> exchange.prefixes
    (IPv4Network('192.0.2.0/24'),)
    """

    #: Its name. It need not be unique: exchanges of the same name exist.
    name: str
    #: The key by which connections refer to it; unique in a network.
    slug: str
    #: Whether it is in use.
    status: Status = Status.ENABLED
    #: The autonomous system of ours that peers there.
    local_autonomous_system: int | None = None
    #: PeeringDB's number of the peering LAN (``ixlan.id``); without it nothing can be discovered there.
    peeringdb_ixlan: int | None = None
    #: The prefixes of the peering LAN (PeeringDB ``ixpfx``).
    prefixes: Sequence[Prefix] = ()
    #: Slugs of the policies for what all sessions there receive.
    import_routing_policies: Sequence[str] = ()
    #: Slugs of the policies for what all sessions there send.
    export_routing_policies: Sequence[str] = ()
    #: Slugs of the communities of all sessions there.
    communities: Sequence[str] = ()
    #: Whom to write to.
    contacts: Sequence[Contact] = ()
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


@record(brief=True)
class Connection(Record):
    """One port of ours on an exchange's peering LAN.

    >>> connection = Connection(name="ix-1", internet_exchange="ix", ipv4_address="192.0.2.7/24")
    >>> connection.address(Family.IPV4), connection.address(Family.IPV6)
    (IPv4Address('192.0.2.7'), None)
    """

    #: The key by which sessions refer to it; unique in a network.
    name: str
    #: The exchange's slug.
    internet_exchange: str | None = None
    #: Whether it is in use.
    status: Status = Status.ENABLED
    #: The router's name, once it is known on which router the port is.
    router: str | None = None
    #: The interface's name on that router.
    interface: str | None = None
    #: The VRF or network instance of the port; the router's main table, if there is none.
    network_instance: str | None = None
    #: The 802.1Q tag, 1 to 4094.
    vlan: int | None = None
    #: The link-layer address of the port.
    mac_address: str | None = None
    #: Our IPv4 address with the length of the peering LAN's prefix.
    ipv4_address: IPv4Interface | None = None
    #: Our IPv6 address with the length of the peering LAN's prefix.
    ipv6_address: IPv6Interface | None = None
    #: PeeringDB's record of the port (``netixlan.id``), if it is linked to one.
    peeringdb_netixlan: int | None = None
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

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        if self.mac_address is not None:
            object.__setattr__(self, "mac_address", _native.mac_address(self.mac_address))

    def interface_address(self, family: Family) -> Interface | None:
        """Our address of one family, with prefix length."""
        return self.ipv4_address if family is Family.IPV4 else self.ipv6_address

    def address(self, family: Family) -> Address | None:
        """Our address of one family, without prefix length."""
        found = self.interface_address(family)
        return None if found is None else found.ip


@record(brief=True)
class HiddenPeer(Record):
    """A network that is not to be proposed as a peer on one peering LAN.

    >>> HiddenPeer(asn=64501, ixlan=7, reason="no reply").is_active()
    True
    """

    #: The network.
    asn: int
    #: PeeringDB's number of the peering LAN (``ixlan.id``).
    ixlan: int
    #: When hiding ends; never, if there is no instant.
    until: datetime | None = None
    #: Why it is hidden.
    reason: str = ""

    def is_active(self, now: datetime | None = None) -> bool:
        """Whether the peer is still hidden at this instant; now, if none is given."""
        return self.until is None or self.until > (now or datetime.now(timezone.utc))
