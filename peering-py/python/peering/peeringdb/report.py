"""What a sync did, and every row that needed a rule."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from peering._record import Record, record
from peering.peeringdb.record import ObjectType

__all__ = [
    "AbsentFromList",
    "ListTooShort",
    "NeverSeen",
    "Note",
    "Outdated",
    "Repair",
    "Returned",
    "Rule",
    "ShowsLess",
    "SyncReport",
    "TypeReport",
    "Undecoded",
    "UnknownStatus",
    "UnknownValue",
    "Unreadable",
    "Unresolved",
    "WentWithParent",
]


@record(tag="unreadable", kw_only=False)
class Unreadable(Record):
    """Not stored: it is no object with a usable ``id``.

    >>> Unreadable("missing field `id`").value
    'missing field `id`'
    """

    #: What is wrong with it.
    value: str


@record(tag="undecoded", kw_only=False)
class Undecoded(Record):
    """A field has an unexpected type or form; kept as it is, absent from the typed record.

    >>> Undecoded("ipaddr4").value
    'ipaddr4'
    """

    #: The field.
    value: str


@record(tag="unknown-value", kw_only=False)
class UnknownValue(Record):
    """A field holds a word that this version does not know; kept.

    >>> UnknownValue("policy_general").value
    'policy_general'
    """

    #: The field.
    value: str


@record(tag="unknown-status", kw_only=False)
class UnknownStatus(Record):
    """The status is one that this version does not know; kept, and treated as live.

    >>> UnknownStatus("dormant").value
    'dormant'
    """

    #: The status.
    value: str


@record(tag="outdated")
class Outdated(Record):
    """Older than what the cache has, or as old and from an earlier answer; left.

    >>> Outdated().to_dict()
    'outdated'
    """


@record(tag="shows-less")
class ShowsLess(Record):
    """The answer shows less than the cache has, because nobody asked with a key; left.

    >>> ShowsLess().to_dict()
    'shows-less'
    """


@record(tag="never-seen")
class NeverSeen(Record):
    """The row is deleted, and the cache never had it; kept as a tombstone.

    >>> NeverSeen().to_dict()
    'never-seen'
    """


@record(tag="went-with-parent")
class WentWithParent(Record):
    """Gone because its parent is: the server does not send tombstones for everything.

    >>> WentWithParent(parent="net", id=7).id
    7
    """

    #: The parent's type.
    parent: ObjectType
    #: The parent's number.
    id: int


@record(tag="absent-from-list")
class AbsentFromList(Record):
    """Gone because a complete list no longer has it, although no tombstone came.

    >>> AbsentFromList().to_dict()
    'absent-from-list'
    """


@record(tag="returned")
class Returned(Record):
    """Back, after it had been hidden by one of the two rules before.

    >>> Returned().to_dict()
    'returned'
    """


@record(tag="list-too-short")
class ListTooShort(Record):
    """A complete list lacks implausibly many rows, so none of them was taken for gone.

    >>> ListTooShort(expected=1000, absent=900).absent
    900
    """

    #: Rows that the cache has and the list should have.
    expected: int
    #: How many of them it lacks.
    absent: int


@record(tag="unresolved")
class Unresolved(Record):
    """The row refers to an object that the cache does not have, even after asking for it; kept.

    >>> Unresolved(parent="org", id=7).parent
    <ObjectType.ORG: 'org'>
    """

    #: The missing object's type.
    parent: ObjectType
    #: The missing object's number.
    id: int


#: What was done with a row that is not simply newer or the same, and why.
Rule: TypeAlias = (
    Unreadable
    | Undecoded
    | UnknownValue
    | UnknownStatus
    | Outdated
    | ShowsLess
    | NeverSeen
    | WentWithParent
    | AbsentFromList
    | Returned
    | ListTooShort
    | Unresolved
)


@record()
class Note(Record):
    """A row that needed a rule. Nothing of this ends a sync, and nothing is lost but what :class:`Unreadable` names.

    >>> Note(object="net", id=7, rule=UnknownStatus("dormant")).is_warning
    True
    """

    #: The type.
    object: ObjectType
    #: The row's number, where it has one.
    id: int | None = None
    #: The rule.
    rule: Rule

    @property
    def is_warning(self) -> bool:
        """Whether somebody should look at it: the source says something unexpected."""
        return isinstance(self.rule, (Unreadable, Undecoded, UnknownValue, UnknownStatus, ListTooShort))


@record()
class TypeReport(Record):
    """What became of the rows of one type.

    >>> TypeReport(object="net", rows=3, created=1, updated=0, deleted=0, unchanged=2, outdated=0).changes
    1
    """

    #: The type.
    object: ObjectType
    #: Rows in the source.
    rows: int
    #: Objects that readers did not see before.
    created: int
    #: Objects that are different now.
    updated: int
    #: Objects that readers no longer see.
    deleted: int
    #: Rows that changed nothing.
    unchanged: int
    #: Rows that were older than what the cache had, and were left.
    outdated: int

    @property
    def changes(self) -> int:
        """Objects created, updated or deleted."""
        return self.created + self.updated + self.deleted


@record()
class SyncReport(Record):
    """What a sync did.

    >>> from peering.peeringdb import Cache, load_dump
    >>> report = load_dump(Cache.in_memory(), {"net": b'{"data": [{"id": 1, "asn": 64500}]}'})
    >>> report.changes, report.of("net").created, len(report.missing)
    (1, 1, 12)
    """

    #: What became of the rows, one entry for each type that was in the source.
    types: tuple[TypeReport, ...] = ()
    #: The types that the source did not have. Their rows, if any, stay as they were.
    missing: tuple[ObjectType, ...] = ()
    #: Every row that needed a rule, and which.
    notes: tuple[Note, ...] = ()
    #: Another sync was at work or had just ended when this one began: nothing was fetched, the cache is as that one left it.
    joined: bool = False
    #: Bytes read, uncompressed.
    bytes: int = 0
    #: Time for fetching and decoding.
    fetch: timedelta = timedelta()
    #: Time for the transaction.
    apply: timedelta = timedelta()

    def of(self, object_type: ObjectType | str) -> TypeReport | None:
        """The entry of one type."""
        wanted = ObjectType(object_type)
        return next((report for report in self.types if report.object is wanted), None)

    @property
    def rows(self) -> int:
        """Rows in the source, of all types."""
        return sum(report.rows for report in self.types)

    @property
    def changes(self) -> int:
        """Objects created, updated or deleted."""
        return sum(report.changes for report in self.types)

    @property
    def warnings(self) -> tuple[Note, ...]:
        """The notes that somebody should look at: the source says something unexpected."""
        return tuple(note for note in self.notes if note.is_warning)


@record()
class Repair(Record):
    """What a repair did.

    >>> Repair(found=["row 7 missing from index"], kept=None, report=SyncReport()).found
    ('row 7 missing from index',)
    """

    #: What was wrong with the cache.
    found: tuple[str, ...]
    #: Where the damaged file is now. Nothing of it was thrown away.
    kept: Path | None = None
    #: The load of the dump into the new cache. The next sync goes on from there.
    report: SyncReport
