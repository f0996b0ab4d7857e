"""The interfaces of a router."""

from __future__ import annotations

from datetime import datetime, timedelta

from peering._record import Interface as IpInterface
from peering._record import Record, record

__all__ = ["Counters", "Interface", "InterfaceAddresses", "InterfaceCounters"]


@record()
class Interface(Record):
    """One interface, physical or logical.

    >>> Interface(name="Ethernet1", is_enabled=True, is_up=False, speed=100_000_000_000).is_up
    False
    """

    #: The name, as the router spells it.
    name: str
    #: The configured description.
    description: str | None = None
    #: Whether the operator enabled it (RFC 2863 ``ifAdminStatus``).
    is_enabled: bool
    #: Whether it works (RFC 2863 ``ifOperStatus``).
    is_up: bool
    #: The link-layer address, lower case with colons.
    mac_address: str | None = None
    #: The router's word in the place of a link-layer address, where it has one (Junos ``Unspecified``).
    mac_placeholder: str | None = None
    #: The largest packet, in bytes.
    mtu: int | None = None
    #: The speed, in bits per second.
    speed: int | None = None
    #: When it last went up or down, by the router's clock.
    last_flapped: datetime | None = None
    #: How long ago it last went up or down, where the router tells that instead.
    since_flap: timedelta | None = None
    #: The VRF or network instance that it belongs to, where this answer tells; ``default`` for the main table.
    network_instance: str | None = None


@record()
class InterfaceAddresses(Record):
    """The addresses of one interface.

    >>> InterfaceAddresses(interface="Ethernet1", addresses=["192.0.2.1/24"]).addresses
    (IPv4Interface('192.0.2.1/24'),)
    """

    #: The name of the interface, as the router spells it.
    interface: str
    #: The addresses with their prefix length, IPv4 and IPv6, in the router's order.
    addresses: tuple[IpInterface, ...] = ()


@record()
class Counters(Record):
    """The counters of one direction.

    >>> Counters(octets=4096, errors=0).errors
    0
    """

    #: Bytes.
    octets: int | None = None
    #: Packets to one receiver.
    unicast_packets: int | None = None
    #: Packets to a group.
    multicast_packets: int | None = None
    #: Packets to everybody.
    broadcast_packets: int | None = None
    #: Packets that were thrown away without being wrong.
    discards: int | None = None
    #: Packets that were wrong.
    errors: int | None = None


@record()
class InterfaceCounters(Record):
    """What passed through one interface since its counters were last cleared (RFC 2863). ``None`` is not told.

    >>> InterfaceCounters(interface="Ethernet1", received=Counters(octets=4096)).sent.octets
    """

    #: The name of the interface, as the router spells it.
    interface: str
    #: Received.
    received: Counters = Counters()
    #: Sent.
    sent: Counters = Counters()
