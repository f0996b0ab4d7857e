"""Bidirectional Forwarding Detection."""

from __future__ import annotations

from peering._record import Record, record

__all__ = ["Bfd"]


@record(brief=True)
class Bfd(Record):
    """Timers of Bidirectional Forwarding Detection (RFC 5880) that sessions refer to. Intervals are in milliseconds.

    >>> Bfd(slug="fast", name="Fast", minimum_transmit_interval=150).minimum_receive_interval
    300
    """

    #: Its name.
    name: str
    #: The key by which sessions refer to it; unique in a network.
    slug: str
    #: How often packets are sent at most, 1 to 255000 ms.
    minimum_transmit_interval: int = 300
    #: How often packets can be received at most, 1 to 255000 ms.
    minimum_receive_interval: int = 300
    #: How many packets may be missing in a row, 1 to 255.
    detection_multiplier: int = 3
    #: How long the session must be up before its state counts, 0 to 255000 ms.
    hold_time: int = 0
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""
