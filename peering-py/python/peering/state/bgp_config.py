"""BGP as it is configured on a router, read back."""

from __future__ import annotations

from datetime import timedelta

from peering._record import Record, record
from peering._secret import Secret
from peering.state.bgp import AddressFamily

__all__ = ["BgpConfigNeighbor", "BgpGroup", "PrefixLimit"]


@record()
class PrefixLimit(Record):
    """A limit on the prefixes that a neighbour may send.

    >>> PrefixLimit(family="ipv4-unicast", limit=1000, threshold=80).limit
    1000
    """

    #: The family that it counts.
    family: AddressFamily | str
    #: The most prefixes.
    limit: int
    #: From which share of the limit on the router warns, in per cent.
    threshold: int | None = None
    #: How long a session stays down that went over it.
    idle_timeout: timedelta | None = None
    #: Whether the router does not validate the prefixes (Junos flow routes), where that exists.
    no_validate: str | None = None


@record()
class BgpConfigNeighbor(Record):
    """A neighbour in the configuration.

    >>> BgpConfigNeighbor(address="192.0.2.2", remote_as=64501, authentication_key="hunter2").authentication_key
    Secret(…)
    """

    #: The peer's address, as the configuration spells it.
    address: str
    #: The VRF or network instance that it is configured in; ``None`` for the main table.
    network_instance: str | None = None
    #: The description.
    description: str | None = None
    #: The import policies, as one text.
    import_policy: str | None = None
    #: The export policies, as one text.
    export_policy: str | None = None
    #: Our address.
    local_address: str | None = None
    #: The password, as the router stores it.
    authentication_key: Secret | None = None
    #: Whether the next hop of what is sent is ourselves.
    next_hop_self: bool = False
    #: Whether the neighbour is a client of this route reflector (RFC 4456).
    route_reflector_client: bool = False
    #: Our AS on this session.
    local_as: int | None = None
    #: The peer's AS.
    remote_as: int | None = None
    #: Limits on what it sends.
    prefix_limits: tuple[PrefixLimit, ...] = ()


@record()
class BgpGroup(Record):
    """A peer group, or the neighbours that belong to none. What a text says is as the configuration spells it.

    >>> group = BgpGroup(name="IX", kind="external", neighbors=[BgpConfigNeighbor(address="192.0.2.2")])
    >>> [neighbor.address for neighbor in group.neighbors]
    ['192.0.2.2']
    """

    #: Its name; ``None`` for the neighbours without a group.
    name: str | None = None
    #: ``internal`` or ``external``, where that is said.
    kind: str | None = None
    #: The description.
    description: str | None = None
    #: Configuration groups that it inherits from (Junos ``apply-groups``).
    apply_groups: tuple[str, ...] = ()
    #: The hops that an external session may take.
    multihop_ttl: int | None = None
    #: Whether several paths are used at once.
    multipath: bool = False
    #: Our address.
    local_address: str | None = None
    #: Our AS: its ``local-as``, else the router's own where this answer tells it.
    local_as: int | None = None
    #: The peers' AS.
    remote_as: int | None = None
    #: The import policies, as one text.
    import_policy: str | None = None
    #: The export policies, as one text.
    export_policy: str | None = None
    #: Whether private AS numbers are taken out of what is sent.
    remove_private_as: bool = False
    #: Limits on what a member sends.
    prefix_limits: tuple[PrefixLimit, ...] = ()
    #: Its neighbours, in the configuration's order.
    neighbors: tuple[BgpConfigNeighbor, ...] = ()
