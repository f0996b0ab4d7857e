"""What a cache holds and what changed in it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

from peering._record import Record, record
from peering.peeringdb.record import ObjectType

__all__ = [
    "Change",
    "ChangeKind",
    "FieldChange",
    "Hit",
    "MemberChange",
    "MemberEvent",
    "Statistics",
    "TableStatistics",
]


@record()
class TableStatistics(Record):
    """What the cache holds of one type.

    >>> TableStatistics(object="net", live=34235, hidden=12).object
    <ObjectType.NET: 'net'>
    """

    #: The type.
    object: ObjectType
    #: Objects that readers see.
    live: int
    #: Tombstones and pending objects.
    hidden: int
    #: Up to when the type is known to be complete, for anybody.
    cursor: datetime | None = None
    #: The same for a caller with an API key, where the answer depends on it.
    cursor_with_key: datetime | None = None


@record()
class Statistics(Record):
    """What the cache holds.

    >>> from peering.peeringdb import Cache
    >>> Cache.in_memory().statistics().live
    0
    """

    #: One entry for each type.
    tables: tuple[TableStatistics, ...]
    #: When the last sync or load was applied.
    synced: datetime | None = None
    #: Grows whenever the content changes.
    generation: int
    #: Size of the database in bytes, without what is still in the write-ahead log.
    bytes: int

    def table(self, object_type: ObjectType | str) -> TableStatistics:
        """The entry of one type."""
        wanted = ObjectType(object_type)
        return next(table for table in self.tables if table.object is wanted)

    @property
    def age(self) -> timedelta | None:
        """How long ago the last sync or load was; zero if the clock has gone back since."""
        if self.synced is None:
            return None
        return max(datetime.now(timezone.utc) - self.synced, timedelta())

    @property
    def live(self) -> int:
        """All objects that readers see."""
        return sum(table.live for table in self.tables)


@record()
class Hit(Record):
    """An object found by :meth:`Cache.search <peering.peeringdb.Cache.search>`.

    >>> Hit(object="net", id=1, name="Example Net", rank=-3.5).name
    'Example Net'
    """

    #: The type: one that has names (``org``, ``campus``, ``fac``, ``net``, ``ix``, ``carrier``).
    object: ObjectType
    #: The object's number.
    id: int
    #: Its ``name``; empty if it has none.
    name: str
    #: How well it fits, SQLite's ``bm25``: the smaller the better. An AS number that was asked for fits best.
    rank: float


class ChangeKind(Enum):
    """What happened to an object, for readers of the cache.

    >>> ChangeKind("created") is ChangeKind.CREATED
    True
    """

    #: It was not there before.
    CREATED = "created"
    #: Some of its fields are different.
    UPDATED = "updated"
    #: It is gone.
    DELETED = "deleted"


@record()
class FieldChange(Record):
    """A field that is different now. What was or is absent or ``null`` is ``None``.

    >>> FieldChange(field="speed", old=10000, new=100000).new
    100000
    """

    #: The field's name.
    field: str
    #: The value before, as PeeringDB writes it.
    old: Any = None
    #: The value after, as PeeringDB writes it.
    new: Any = None


@record()
class Change(Record):
    """One object, changed by one sync.

    >>> from datetime import datetime, timezone
    >>> at = datetime(2026, 1, 1, tzinfo=timezone.utc)
    >>> match Change(number=1, at=at, object="net", id=7, kind="updated", fields=[FieldChange(field="asn", new=64500)]):
    ...     case Change(object=ObjectType.NET, kind=ChangeKind.UPDATED, fields=(FieldChange(field="asn", new=asn), *_)):
    ...         print("AS", asn)
    AS 64500
    """

    #: Its place among all changes of this cache. Numbers grow and are never used again, but some are left out.
    number: int
    #: When the cache learned of it.
    at: datetime
    #: The object's type.
    object: ObjectType
    #: The object's number.
    id: int
    #: What happened.
    kind: ChangeKind
    #: The fields that are different, ``updated`` among them. Empty for an object that is new, and for one that came or went
    #: by a rule of the sync and not by the server's word.
    fields: tuple[FieldChange, ...] = ()

    def field(self, name: str) -> FieldChange | None:
        """The change of one field."""
        return next((change for change in self.fields if change.field == name), None)


class MemberEvent(Enum):
    """What a network did at an exchange.

    >>> MemberEvent("joined") is MemberEvent.JOINED
    True
    """

    #: It has a port there now and had none then.
    JOINED = "joined"
    #: It had a port there then and has none now.
    LEFT = "left"


@record()
class MemberChange(Record):
    """A network that joined or left a peering LAN.

    >>> from datetime import datetime, timezone
    >>> at = datetime(2026, 1, 1, tzinfo=timezone.utc)
    >>> MemberChange(ixlan=26, asn=64500, event="joined", at=at, ports=[1]).event
    <MemberEvent.JOINED: 'joined'>
    """

    #: The peering LAN (``ixlan.id``).
    ixlan: int
    #: The network's AS number.
    asn: int
    #: What it did.
    event: MemberEvent
    #: When the cache learned of it, of the last of its ports if there are several.
    at: datetime
    #: The ports (``netixlan.id``) that came or went, in the order of their numbers.
    ports: tuple[int, ...]
