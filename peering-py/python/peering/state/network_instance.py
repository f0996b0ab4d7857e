"""VRFs and other network instances."""

from __future__ import annotations

from peering._record import Record, record

__all__ = ["NetworkInstance"]


@record()
class NetworkInstance(Record):
    """A network instance (RFC 8529).

    >>> NetworkInstance(name="default", kind="DEFAULT_INSTANCE", interfaces=["Ethernet1"]).interfaces
    ('Ethernet1',)
    """

    #: The name; ``default`` for the main table.
    name: str
    #: The kind, by OpenConfig's name: ``DEFAULT_INSTANCE``, ``L3VRF``, ``L2VSI``, …
    kind: str
    #: The route distinguisher (RFC 4364).
    route_distinguisher: str | None = None
    #: Its interfaces, in the router's order.
    interfaces: tuple[str, ...] = ()
