"""Who a router is."""

from __future__ import annotations

from datetime import timedelta

from peering._record import Record, record


@record()
class Facts(Record):
    """Who a router is: the answer of ``show version`` in its many forms.

    >>> facts = Facts(vendor="FRRouting", os_version="8.4.4", hostname="r1")
    >>> facts.hostname, facts.uptime
    ('r1', None)
    """

    #: The maker or project, such as ``FRRouting``.
    vendor: str
    #: The version of the routing software, as it prints it.
    os_version: str
    #: The host name without domain.
    hostname: str
    #: The model, or the operating system underneath where software has no model.
    model: str | None = None
    #: The serial number of the chassis.
    serial_number: str | None = None
    #: The fully qualified name, where the router knows it.
    fqdn: str | None = None
    #: How long the router has been up.
    uptime: timedelta | None = None
    #: The names of the interfaces, in the router's order.
    interfaces: tuple[str, ...] = ()


@record()
class NetworkInstance(Record):
    """A VRF, or another network instance, the main table among them.

    >>> NetworkInstance(name="default", kind="main", interfaces=["Ethernet1"]).interfaces
    ('Ethernet1',)
    """

    #: The name; ``default`` for the main table.
    name: str
    #: The kind, as the router names it.
    kind: str | None = None
    #: The route distinguisher, where there is one.
    route_distinguisher: str | None = None
    #: The interfaces in it.
    interfaces: tuple[str, ...] = ()
