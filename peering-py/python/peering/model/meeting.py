"""What PeeringDB says of two networks, as plain values: templates look nothing up themselves."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from peering._record import Record, record

__all__ = ["Meeting", "MeetingFacility", "MissingSession"]


@record(brief=True)
class MeetingFacility(Record):
    """A facility where two autonomous systems are.

    >>> MeetingFacility(name="Telehouse", city="London", country="GB", id=34).id
    34
    """

    #: Its name in PeeringDB.
    name: str
    #: The city that it is in.
    city: str
    #: The country that it is in, two letters.
    country: str
    #: PeeringDB's number of it (``fac.id``).
    id: int


@record(brief=True)
class MissingSession(Record):
    """A port of the other network with which sessions could be and are not. The addresses go by PeeringDB's names
    (``netixlan``), as templates know them.

    >>> MissingSession(internet_exchange="ix", connections=["ix-1"], ipaddr4="192.0.2.10").ipaddr6 is None
    True
    """

    #: The exchange's slug.
    internet_exchange: str
    #: The names of our connections over which one is missing.
    connections: tuple[str, ...]
    #: The port's IPv4 address, if a session with it is missing.
    ipaddr4: IPv4Address | None = None
    #: The port's IPv6 address, if a session with it is missing.
    ipaddr6: IPv6Address | None = None


@record(brief=True)
class Meeting(Record):
    """Where two autonomous systems meet: what the template filters ``shared_ixps``, ``shared_facilities`` and
    ``missing_sessions`` answer from. ``Discovery.meeting`` fills it from PeeringDB.

    >>> Meeting(exchanges=["ix"]).exchanges
    ('ix',)
    """

    #: Slugs of the exchanges where both are.
    exchanges: tuple[str, ...] = ()
    #: The facilities where both are.
    facilities: tuple[MeetingFacility, ...] = ()
    #: The ports with which sessions could be and are not.
    missing_sessions: tuple[MissingSession, ...] = ()
