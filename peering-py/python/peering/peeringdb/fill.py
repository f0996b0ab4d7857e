"""Filling a cache and keeping it up to date: from a server, or from a dump."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from peering import _native
from peering._operation import finish
from peering._record import shape_of
from peering.peeringdb.progress import SyncEvent
from peering.peeringdb.record import Object, ObjectType
from peering.peeringdb.report import Repair, SyncReport

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from peering.peeringdb.cache import Cache
    from peering.peeringdb.client import Client


__all__ = [
    "Dump",
    "Reconcile",
    "SyncOptions",
    "load_dump",
    "load_dump_async",
    "refresh",
    "refresh_async",
    "repair",
    "repair_async",
    "sync",
    "sync_async",
]


class Reconcile(Enum):
    """When to fetch complete lists again, and take what they lack for gone; a ``timedelta`` is the age of the last list.

    >>> Reconcile("now") is Reconcile.NOW
    True
    """

    #: Never: only changes, once there is something to begin with.
    NEVER = "never"
    #: In this sync.
    NOW = "now"


class SyncOptions(TypedDict, total=False):
    """The keyword arguments of :func:`sync` and its like.

    >>> from peering.peeringdb import Cache
    >>> options: SyncOptions = {"reconcile": Reconcile.NOW}
    >>> load_dump(Cache.in_memory(), {"net": b'{"data": []}'}, **options).changes
    0
    """

    kinds: Iterable[type[Object]]
    overlap: timedelta
    reconcile: Reconcile | timedelta
    history: timedelta
    patience: timedelta
    progress: Callable[[SyncEvent], object]


#: A directory of API answers (``net.json``, ``net.json.gz`` or, as PeeringDB publishes them, ``net-0.json``), or answers in
#: memory by the tags of their types. Plain or gzipped.
Dump: TypeAlias = str | os.PathLike[str] | Mapping[ObjectType | str, bytes]


def _options(given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Any, _native.Shape] | None]:
    """Options as the compiled half takes them."""
    from peering.exceptions import OptionsError

    options = dict(given)
    progress = options.pop("progress", None)
    if "kinds" in options:
        options["objects"] = [kind.OBJECT for kind in options.pop("kinds")]
    unknown = set(options) - {"objects", "overlap", "reconcile", "history", "patience"}
    if unknown:
        raise OptionsError(f"a sync has no option {', '.join(sorted(unknown))}")
    return options, None if progress is None else (progress, shape_of(SyncEvent))


def _dump(source: Dump) -> tuple[Path | None, list[tuple[str, bytes]]]:
    if isinstance(source, Mapping):
        return None, [(ObjectType(tag).value, bytes(answer)) for tag, answer in source.items()]
    return Path(source), []


def _sync(cache: Cache, client: Client, given: Mapping[str, Any]) -> _native.Operation:
    options, progress = _options(given)
    return _native.sync(cache._inner, client._inner, shape_of(SyncReport), options, progress)


def sync(cache: Cache, client: Client, **options: Unpack[SyncOptions]) -> SyncReport:
    """Brings a cache up to date from a server: the first time with everything, then with what changed since.

    All is fetched first; one short transaction then makes it visible. A sync that fails or is interrupted leaves the cache
    as it was. Two syncs of one file do not fetch twice: the later one waits and joins the first.

    Options: ``kinds`` (record classes; all by default), ``reconcile`` (:class:`Reconcile` or the age at which complete lists
    are compared again; a day by default), ``overlap`` (how far before its cursor it asks again; five minutes), ``history``
    (how long changes are kept; a year), ``patience`` (how long to wait for another sync; 15 minutes), ``progress`` (called
    with every :data:`~peering.peeringdb.progress.SyncEvent` from another thread; what it raises goes to
    ``sys.unraisablehook`` and does not end the sync).

    >>> from peering.peeringdb import Cache, Client
    >>> sync(Cache.in_memory(), Client(base_url="http://127.0.0.1:9", retry_budget=timedelta()))
    Traceback (most recent call last):
    peering.exceptions.ConnectError: ...
    """
    report: SyncReport = _sync(cache, client, options).wait()
    return report


async def sync_async(cache: Cache, client: Client, **options: Unpack[SyncOptions]) -> SyncReport:
    """As :func:`sync`, awaited.

    >>> import asyncio
    >>> from peering.peeringdb import Cache, Client
    >>> asyncio.run(sync_async(Cache.in_memory(), Client(base_url="http://127.0.0.1:9", retry_budget=timedelta())))
    Traceback (most recent call last):
    peering.exceptions.ConnectError: ...
    """
    report: SyncReport = await finish(_sync(cache, client, options))
    return report


def _refresh(
    cache: Cache, client: Client, kind: type[Object], ids: Iterable[int], given: Mapping[str, Any]
) -> _native.Operation:
    options, progress = _options(given)
    tag, shape = kind.OBJECT.value, shape_of(SyncReport)
    return _native.refresh(cache._inner, client._inner, tag, list(ids), shape, options, progress)


def refresh(
    cache: Cache, client: Client, kind: type[Object], ids: Iterable[int], **options: Unpack[SyncOptions]
) -> SyncReport:
    """Brings single objects up to date from a server, deleted ones too, with what they refer to and the cache does not have.

    Nothing else changes: the next :func:`sync` asks for what it would have asked for.

    >>> from peering.peeringdb import Cache, Client, Net
    >>> refresh(Cache.in_memory(), Client(base_url="http://127.0.0.1:9", retry_budget=timedelta()), Net, [7])
    Traceback (most recent call last):
    peering.exceptions.ConnectError: ...
    """
    report: SyncReport = _refresh(cache, client, kind, ids, options).wait()
    return report


async def refresh_async(
    cache: Cache, client: Client, kind: type[Object], ids: Iterable[int], **options: Unpack[SyncOptions]
) -> SyncReport:
    """As :func:`refresh`, awaited.

    >>> import asyncio
    >>> from peering.peeringdb import Cache, Client, Net
    >>> client = Client(base_url="http://127.0.0.1:9", retry_budget=timedelta())
    >>> asyncio.run(refresh_async(Cache.in_memory(), client, Net, [7]))
    Traceback (most recent call last):
    peering.exceptions.ConnectError: ...
    """
    report: SyncReport = await finish(_refresh(cache, client, kind, ids, options))
    return report


def _load_dump(cache: Cache, source: Dump, given: Mapping[str, Any]) -> _native.Operation:
    options, progress = _options(given)
    return _native.load_dump(cache._inner, *_dump(source), shape_of(SyncReport), options, progress)


def load_dump(cache: Cache, source: Dump, **options: Unpack[SyncOptions]) -> SyncReport:
    """Loads a dump into a cache, without a network. Types that the dump does not have are left as they are and reported.

    A dump that is older than the cache takes nothing back. What the dump lacks is left, too, because it may be a part, unless
    ``reconcile=Reconcile.NOW`` says that it is complete. Options as for :func:`sync`. A load that has begun comes to its end
    even if whoever waits for it is interrupted.

    >>> from peering.peeringdb import Cache, Ix
    >>> cache = Cache.in_memory()
    >>> load_dump(cache, {"ix": b'{"data": [{"id": 26, "name": "Example IX"}]}'}).changes
    1
    >>> cache.by_id(Ix, 26).name
    'Example IX'
    """
    report: SyncReport = _load_dump(cache, source, options).wait()
    return report


async def load_dump_async(cache: Cache, source: Dump, **options: Unpack[SyncOptions]) -> SyncReport:
    """As :func:`load_dump`, awaited.

    >>> import asyncio
    >>> from peering.peeringdb import Cache
    >>> asyncio.run(load_dump_async(Cache.in_memory(), {"net": b'{"data": []}'})).changes
    0
    """
    report: SyncReport = await finish(_load_dump(cache, source, options))
    return report


def _repair(path: str | os.PathLike[str], source: Dump, given: Mapping[str, Any]) -> _native.Operation:
    options, progress = _options(given)
    return _native.repair(Path(path), *_dump(source), shape_of(Repair), options, progress)


def repair(path: str | os.PathLike[str], source: Dump, **options: Unpack[SyncOptions]) -> Repair | None:
    """Checks the cache in this file and, if it is damaged or not there, makes a new one from a dump in its place.

    ``None`` if it is sound. The damaged file is kept beside the new one. Other processes should close the cache first; those
    that do not keep the damaged one.

    >>> import tempfile
    >>> from peering.peeringdb import Cache
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     path = Path(directory, "peeringdb.sqlite")
    ...     made = repair(path, {"net": b'{"data": [{"id": 1}]}'})
    ...     repair(path, {"net": b'{"data": [{"id": 1}]}'}) is None, made.report.changes
    (True, 1)
    """
    done: Repair | None = _repair(path, source, options).wait()
    return done


async def repair_async(path: str | os.PathLike[str], source: Dump, **options: Unpack[SyncOptions]) -> Repair | None:
    """As :func:`repair`, awaited.

    >>> import asyncio, tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     asyncio.run(repair_async(Path(directory, "peeringdb.sqlite"), {"net": b'{"data": []}'})).found[0][:9]
    'PeeringDB'
    """
    done: Repair | None = await finish(_repair(path, source, options))
    return done
