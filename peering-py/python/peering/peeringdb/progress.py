"""How far a sync is: what its progress callback is called with."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

from peering._record import Record, record
from peering.peeringdb.record import ObjectType
from peering.peeringdb.report import TypeReport

__all__ = ["Applied", "Applying", "Decoded", "Fetching", "Missing", "Queued", "SyncEvent", "Waiting"]


@record(tag="waiting")
class Waiting(Record):
    """Waiting before the next request, to be kind to the server or because it asked for it.

    >>> Waiting(delay=timedelta(seconds=3)).delay.seconds
    3
    """

    #: How long.
    delay: timedelta


@record(tag="queued")
class Queued(Record):
    """Another sync of the same cache is at work; this one waits for it.

    >>> Queued() == Queued()
    True
    """


@record(tag="fetching")
class Fetching(Record):
    """An answer is arriving, or a file is being read.

    >>> Fetching(object="net", bytes=1024).total is None
    True
    """

    #: The type.
    object: ObjectType
    #: Bytes so far, uncompressed.
    bytes: int
    #: All bytes, where the source says so.
    total: int | None = None


@record(tag="decoded")
class Decoded(Record):
    """Rows have been decoded.

    >>> Decoded(object="net", rows=10000).rows
    10000
    """

    #: The type.
    object: ObjectType
    #: Rows so far.
    rows: int


@record(tag="missing")
class Missing(Record):
    """The source has nothing of this type.

    >>> Missing(object="poc").object
    <ObjectType.POC: 'poc'>
    """

    #: The type.
    object: ObjectType


@record(tag="applying")
class Applying(Record):
    """The rows of a type are being written. Until :class:`Applied` the cache is locked for other writers.

    >>> Applying(object="net").object
    <ObjectType.NET: 'net'>
    """

    #: The type.
    object: ObjectType


@record(tag="applied")
class Applied(Record):
    """Everything is visible to readers.

    >>> Applied(types=()).types
    ()
    """

    #: What changed, by type.
    types: tuple[TypeReport, ...]


#: A step of a sync.
SyncEvent: TypeAlias = Waiting | Queued | Fetching | Decoded | Missing | Applying | Applied
