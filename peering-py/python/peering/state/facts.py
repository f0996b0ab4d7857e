"""Who a router is."""

from __future__ import annotations

from datetime import timedelta

from peering._record import Record, record

__all__ = ["Facts"]


@record()
class Facts(Record):
    """Who a router is: the answer of ``show version`` in its many forms.

    >>> facts = Facts(vendor="FRRouting", os_version="8.4.4", hostname="r1")
    >>> facts.hostname, facts.uptime
    ('r1', None)
    """

    #: The maker or project, such as ``FRRouting``.
    vendor: str
    #: The model, or the operating system underneath where software has no model.
    model: str | None = None
    #: The version of the routing software, as it prints it.
    os_version: str
    #: The serial number of the chassis.
    serial_number: str | None = None
    #: The host name without domain.
    hostname: str
    #: The fully qualified name, where the router knows it.
    fqdn: str | None = None
    #: How long the router has been up.
    uptime: timedelta | None = None
    #: The names of the interfaces, in the router's order.
    interfaces: tuple[str, ...] = ()
