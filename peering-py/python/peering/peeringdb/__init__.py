"""PeeringDB: who peers where, as typed records, over HTTP or from a local mirror.

:class:`Client` asks a server, :class:`Cache` is one SQLite file with everything, :func:`sync` and :func:`load_dump` fill it.

>>> cache = Cache.in_memory()
>>> ports = b'{"data": [{"id": 1, "net_id": 7, "ix_id": 26, "asn": 64500, "speed": 10000, "ipaddr4": "192.0.2.1"}]}'
>>> load_dump(cache, {"netixlan": ports}).changes
1
>>> [port.ipaddr4 for port in cache.find(NetIxLan, ix_id=[26, 31], speed=at_least(10000))]
[IPv4Address('192.0.2.1')]

=====================================  ============================================================
module                                 what
=====================================  ============================================================
:mod:`peering.peeringdb.record`        the objects, one class for each type, and the words in them
:mod:`peering.peeringdb.query`         comparisons for filters
:mod:`peering.peeringdb.history`       changes, members that joined or left, statistics
:mod:`peering.peeringdb.progress`      what a progress callback is called with
:mod:`peering.peeringdb.report`        what a sync did
=====================================  ============================================================
"""

from __future__ import annotations

from peering.peeringdb.cache import Cache
from peering.peeringdb.client import Client, Limits, Repeats
from peering.peeringdb.fill import (
    Reconcile,
    load_dump,
    load_dump_async,
    refresh,
    refresh_async,
    repair,
    repair_async,
    sync,
    sync_async,
)
from peering.peeringdb.history import Change, ChangeKind, FieldChange, Hit, MemberChange, MemberEvent, Statistics
from peering.peeringdb.query import Match, at_least, at_most, contains, greater_than, less_than, starts_with
from peering.peeringdb.record import (
    AsSet,
    Campus,
    Carrier,
    CarrierFac,
    Fac,
    Ix,
    IxFac,
    IxLan,
    IxPfx,
    Net,
    NetFac,
    NetIxLan,
    Object,
    ObjectType,
    Org,
    Poc,
    Status,
)
from peering.peeringdb.report import Repair, SyncReport

__all__ = [
    "AsSet",
    "Cache",
    "Campus",
    "Carrier",
    "CarrierFac",
    "Change",
    "ChangeKind",
    "Client",
    "Fac",
    "FieldChange",
    "Hit",
    "Ix",
    "IxFac",
    "IxLan",
    "IxPfx",
    "Limits",
    "Match",
    "MemberChange",
    "MemberEvent",
    "Net",
    "NetFac",
    "NetIxLan",
    "Object",
    "ObjectType",
    "Org",
    "Poc",
    "Reconcile",
    "Repair",
    "Repeats",
    "Statistics",
    "Status",
    "SyncReport",
    "at_least",
    "at_most",
    "contains",
    "greater_than",
    "less_than",
    "load_dump",
    "load_dump_async",
    "refresh",
    "refresh_async",
    "repair",
    "repair_async",
    "starts_with",
    "sync",
    "sync_async",
]
