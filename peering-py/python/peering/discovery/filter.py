"""Which peers are of interest."""

from __future__ import annotations

from collections.abc import Sequence

from peering import _native
from peering._record import Record, record
from peering.peeringdb.record import (
    ContractPolicy,
    LocationPolicy,
    Net,
    NetIxLan,
    NetType,
    PeeringPolicy,
    Scope,
    Traffic,
)

__all__ = ["Filter"]


@record(brief=True)
class Filter(Record):
    """What a peer must be like. An empty list and ``None`` ask for nothing.

    A network without a record in the mirror fails whatever asks about networks.

    >>> Filter(policies=["Open"], route_server_member=False)
    Filter(policies=(<PeeringPolicy.OPEN: 'Open'>,), route_server_member=False)
    >>> Filter(policies=["Open"]).accepts(NetIxLan(id=1), Net(id=2, policy_general="Open"))
    True
    """

    #: One of these general policies (``policy_general``).
    policies: Sequence[PeeringPolicy | str] = ()
    #: One of these policies about locations (``policy_locations``).
    location_policies: Sequence[LocationPolicy | str] = ()
    #: One of these policies about contracts (``policy_contracts``).
    contract_policies: Sequence[ContractPolicy | str] = ()
    #: Whether it asks for a balance of traffic (``policy_ratio``).
    ratio_required: bool | None = None
    #: One of these scopes (``info_scope``).
    scopes: Sequence[Scope | str] = ()
    #: At least one of these types (``info_types``).
    types: Sequence[NetType | str] = ()
    #: One of these traffic levels (``info_traffic``).
    traffic: Sequence[Traffic | str] = ()
    #: Whether the port peers with the route servers (``is_rs_peer``).
    route_server_member: bool | None = None
    #: Whether the port passes traffic. ``None`` is the rules' own: operational ports only, or by Peering Manager's all.
    operational: bool | None = None
    #: Whether the network speaks BFD there (``bfd_support``).
    bfd: bool | None = None
    #: Whether hidden peers are listed too.
    include_hidden: bool = False

    def accepts(self, port: NetIxLan, network: Net | None = None) -> bool:
        """Whether a port and its network are of interest, hidden or not."""
        return _native.filter_accepts(self, port, network)
