"""Who is at the other end of a cable (IEEE 802.1AB)."""

from __future__ import annotations

from peering._record import Record, record

__all__ = ["LldpNeighbor"]


@record()
class LldpNeighbor(Record):
    """A neighbour that LLDP has heard of. ``None`` is not told, or not told by this read.

    >>> LldpNeighbor(interface="Ethernet1", system_name="r2", port="Ethernet7").port
    'Ethernet7'
    """

    #: Our interface.
    interface: str
    #: The interface that ours belongs to, such as a bundle.
    parent_interface: str | None = None
    #: The neighbour's chassis.
    chassis_id: str | None = None
    #: The neighbour's port.
    port: str | None = None
    #: The description of its port.
    port_description: str | None = None
    #: The neighbour's name.
    system_name: str | None = None
    #: Its description.
    system_description: str | None = None
    #: What it can be: ``bridge``, ``router``, ``station``, ``telephone``, ``repeater``, ``wlan-access-point``,
    #: ``docsis-cable-device``, ``other``.
    capabilities: tuple[str, ...] = ()
    #: What of that it is.
    enabled_capabilities: tuple[str, ...] = ()
