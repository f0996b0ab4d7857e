"""Asking the network: ping and traceroute, and the probes that a router runs by itself."""

from __future__ import annotations

from datetime import timedelta

from peering._record import Address, Record, record

__all__ = [
    "Hop",
    "HopProbe",
    "Ping",
    "PingAnswer",
    "PingReport",
    "ProbeConfig",
    "ProbeResult",
    "ProbeTimes",
    "Traceroute",
]


@record()
class Ping(Record):
    """What to ping, and how: five packets of 100 bytes, two seconds each, unless it says otherwise.

    >>> Ping(destination="192.0.2.1", count=1).timeout
    datetime.timedelta(seconds=2)
    """

    #: A name or an address.
    destination: str
    #: Our address; ``None`` leaves it to the router.
    source: Address | None = None
    #: Our interface; ``None`` leaves it to the router.
    source_interface: str | None = None
    #: The network instance; ``None`` for the main table.
    network_instance: str | None = None
    #: The most hops.
    ttl: int = 255
    #: How long to wait for each answer; whole seconds on most routers.
    timeout: timedelta = timedelta(seconds=2)
    #: The size of a packet, in bytes, as the router counts it.
    size: int = 100
    #: How many packets.
    count: int = 5


@record()
class PingAnswer(Record):
    """One answer.

    >>> PingAnswer(address="192.0.2.1", round_trip=0.42).address
    IPv4Address('192.0.2.1')
    """

    #: Who answered.
    address: Address
    #: The round trip, in milliseconds; ``None`` where the answer tells none: it was cut, or says "unreachable".
    round_trip: float | None = None


@record()
class PingReport(Record):
    """What a ping brought.

    >>> report = PingReport(sent=5, lost=1, minimum=0.4, average=0.5, maximum=0.7)
    >>> report.lost / report.sent
    0.2
    """

    #: Packets sent.
    sent: int
    #: Packets that no answer came to.
    lost: int
    #: The shortest round trip, in milliseconds; ``None`` when nothing came back.
    minimum: float | None = None
    #: The average.
    average: float | None = None
    #: The longest.
    maximum: float | None = None
    #: The standard deviation, where it is told.
    deviation: float | None = None
    #: The answers, in order.
    answers: tuple[PingAnswer, ...] = ()


@record()
class Traceroute(Record):
    """Whose way to trace, and how: up to 255 hops, two seconds for each answer, unless it says otherwise.

    >>> Traceroute(destination="192.0.2.1", ttl=30).ttl
    30
    """

    #: A name or an address.
    destination: str
    #: Our address; ``None`` leaves it to the router.
    source: Address | None = None
    #: The network instance; ``None`` for the main table.
    network_instance: str | None = None
    #: The most hops.
    ttl: int = 255
    #: How long to wait for each answer; whole seconds on most routers.
    timeout: timedelta = timedelta(seconds=2)


@record()
class HopProbe(Record):
    """One probe of a hop; all ``None`` when nobody answered.

    >>> HopProbe() == HopProbe(address=None)
    True
    """

    #: Who answered.
    address: str | None = None
    #: Its name.
    name: str | None = None
    #: The round trip, in milliseconds.
    round_trip: float | None = None


@record()
class Hop(Record):
    """One hop on the way.

    >>> Hop(distance=1, probes=[HopProbe(address="192.0.2.1", round_trip=0.4)]).probes[0].address
    '192.0.2.1'
    """

    #: Its distance, from 1.
    distance: int
    #: The probes sent to it, in order.
    probes: tuple[HopProbe, ...] = ()


@record()
class ProbeConfig(Record):
    """A probe that the router runs by itself (Junos RPM, Cisco IP SLA), as configured.

    >>> ProbeConfig(owner="transit", name="reach", kind="icmp-ping", target="192.0.2.1").count
    """

    #: The owner that tests are grouped by.
    owner: str
    #: The test's name.
    name: str
    #: The kind, as the router spells it: ``icmp-ping``, ``udp-ping``, …
    kind: str | None = None
    #: Whom it asks.
    target: str | None = None
    #: Our address.
    source: str | None = None
    #: Probes in a test.
    count: int | None = None
    #: The time between tests.
    interval: timedelta | None = None


@record()
class ProbeTimes(Record):
    """Round trips of a test, in milliseconds.

    >>> ProbeTimes(minimum=0.4, average=0.5, maximum=0.7).average
    0.5
    """

    #: The shortest.
    minimum: float | None = None
    #: The longest.
    maximum: float | None = None
    #: The average.
    average: float | None = None


@record()
class ProbeResult(Record):
    """What such a probe measured. Times are in milliseconds.

    >>> ProbeResult(owner="transit", name="reach", last=ProbeTimes(average=0.5)).last.average
    0.5
    """

    #: The owner that tests are grouped by.
    owner: str
    #: The test's name.
    name: str
    #: The kind, as the router spells it.
    kind: str | None = None
    #: Whom it asks.
    target: str | None = None
    #: Our address.
    source: str | None = None
    #: Probes in a test.
    count: int | None = None
    #: The last round trip.
    round_trip: float | None = None
    #: The jitter of the round trip.
    jitter: float | None = None
    #: The probes that the last test lost.
    last_loss: int | None = None
    #: The test that runs.
    current: ProbeTimes = ProbeTimes()
    #: The last whole test.
    last: ProbeTimes = ProbeTimes()
    #: All tests.
    all: ProbeTimes = ProbeTimes()
