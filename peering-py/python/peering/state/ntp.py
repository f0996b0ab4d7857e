"""Network time (RFC 5905)."""

from __future__ import annotations

from peering._record import Record, record

__all__ = ["NtpAssociation", "NtpServer"]


@record()
class NtpServer(Record):
    """A configured server or peer.

    >>> NtpServer(address="192.0.2.123", iburst=True).port
    """

    #: Its address or name.
    address: str
    #: The UDP port.
    port: int | None = None
    #: The protocol's version.
    version: int | None = None
    #: ``SERVER``, ``PEER`` or ``POOL``, by OpenConfig's name.
    association: str | None = None
    #: Whether eight packets are sent at the start.
    iburst: bool | None = None
    #: Whether it is preferred.
    prefer: bool | None = None
    #: The network instance that it is asked from.
    network_instance: str | None = None
    #: Our address towards it.
    source_address: str | None = None
    #: The number of the key.
    key_id: int | None = None


@record()
class NtpAssociation(Record):
    """What NTP thinks of one server: a line of ``ntpq -p``.

    >>> NtpAssociation(
    ...     remote="192.0.2.123", reference_id=".GPS.", is_synchronized=True, stratum=1, kind="u", when="12",
    ...     host_poll=64, reachability=377, delay=1.25, offset=-0.03, jitter=0.01,
    ... ).offset
    -0.03
    """

    #: The server, as the router spells it.
    remote: str
    #: Where it has its time from.
    reference_id: str
    #: Whether the router follows it.
    is_synchronized: bool
    #: Its distance from a clock.
    stratum: int
    #: ``l`` local, ``u`` unicast, ``m`` multicast, ``b`` broadcast, ``-`` unknown.
    kind: str
    #: When it was last heard, as the router prints it (seconds unless a unit follows; ``-`` for never).
    when: str
    #: The poll interval, in seconds.
    host_poll: int
    #: The last eight polls, an octal number as printed.
    reachability: int
    #: The round trip, in milliseconds.
    delay: float
    #: The difference of the clocks, in milliseconds.
    offset: float
    #: The jitter, in milliseconds.
    jitter: float
