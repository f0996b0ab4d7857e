"""Tables of the link layer: ARP, IPv6 neighbours, MAC addresses, VLANs."""

from __future__ import annotations

from datetime import datetime, timedelta

from peering._record import Address, Record, record

__all__ = ["LinkNeighbor", "MacEntry", "Vlan"]


@record()
class LinkNeighbor(Record):
    """Which link-layer address an IP address has: ARP (RFC 826), neighbour discovery (RFC 4861).

    >>> LinkNeighbor(interface="Ethernet1", address="192.0.2.2", mac_address="00:00:5e:00:53:01").mac_address
    '00:00:5e:00:53:01'
    """

    #: The VRF or network instance, where the router tells; ``default`` for the main table.
    network_instance: str | None = None
    #: The interface.
    interface: str
    #: The address.
    address: Address
    #: The link-layer address, lower case with colons; ``None`` while it is not resolved.
    mac_address: str | None = None
    #: Its age; on Junos the time until it expires.
    age: timedelta | None = None
    #: The state (RFC 4861), in lower case: ``reachable``, ``stale``, …
    state: str | None = None


@record()
class MacEntry(Record):
    """Where a link-layer address was seen.

    >>> MacEntry(mac_address="00:00:5e:00:53:01", interface="Ethernet1", vlan=100).is_static
    False
    """

    #: The link-layer address, lower case with colons.
    mac_address: str
    #: The interface.
    interface: str
    #: The VLAN; ``None`` outside of one.
    vlan: int | None = None
    #: Whether an operator wrote it.
    is_static: bool = False
    #: Whether it is in use.
    is_active: bool = True
    #: How often it moved from interface to interface.
    moves: int | None = None
    #: When it last moved, by the router's clock.
    last_move: datetime | None = None


@record()
class Vlan(Record):
    """A VLAN (IEEE 802.1Q).

    >>> Vlan(id=100, name="peering", interfaces=["Ethernet1"]).name
    'peering'
    """

    #: Its identifier, 0 when it is untagged.
    id: int
    #: Its name.
    name: str
    #: Its interfaces, in the router's order.
    interfaces: tuple[str, ...] = ()
