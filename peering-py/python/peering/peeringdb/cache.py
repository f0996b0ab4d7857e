"""The local mirror: one SQLite file with every object, read without a network."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from peering import _native
from peering._operation import finish
from peering._record import shape_of
from peering.peeringdb.history import Change, Hit, MemberChange, Statistics
from peering.peeringdb.query import Filter, query
from peering.peeringdb.record import Object
from peering.table import Table

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Cache"]

T = TypeVar("T", bound=Object)


class Cache:
    """A local mirror of PeeringDB. :func:`~peering.peeringdb.sync` and :func:`~peering.peeringdb.load_dump` fill it.

    Several processes and threads may use one file at once. Readers never wait for a sync, and see the state before it or
    after it. Every call has a twin that ends in ``_async``.

    >>> from peering.peeringdb import Net, load_dump
    >>> cache = Cache.in_memory()
    >>> report = load_dump(cache, {"net": b'{"data": [{"id": 1, "asn": 64500, "name": "Example Net"}]}'})
    >>> cache.find(Net, asn=64500)[0].name
    'Example Net'
    >>> [hit.id for hit in cache.search("example")]
    [1]
    """

    __slots__ = ("_inner",)

    def __init__(self, native: _native.Cache) -> None:
        self._inner = native

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Opens the cache in this file and makes it if it is not there.

        Raises :class:`~peering.exceptions.StorageError` if the file cannot be used, is no cache, or was made by a newer
        version; such a file is left as it is.
        """
        return cls(_native.Cache.open(Path(path), False).wait())

    @classmethod
    async def open_async(cls, path: str | os.PathLike[str]) -> Self:
        """As :meth:`open`, awaited."""
        return cls(await finish(_native.Cache.open(Path(path), False)))

    @classmethod
    def open_read_only(cls, path: str | os.PathLike[str]) -> Self:
        """Opens an existing cache for reading only, also from a medium that nobody can write to."""
        return cls(_native.Cache.open(Path(path), True).wait())

    @classmethod
    async def open_read_only_async(cls, path: str | os.PathLike[str]) -> Self:
        """As :meth:`open_read_only`, awaited."""
        return cls(await finish(_native.Cache.open(Path(path), True)))

    @classmethod
    def in_memory(cls) -> Self:
        """A cache in memory, gone with its last handle."""
        return cls(_native.Cache.in_memory().wait())

    @classmethod
    async def in_memory_async(cls) -> Self:
        """As :meth:`in_memory`, awaited."""
        return cls(await finish(_native.Cache.in_memory()))

    @property
    def __native__(self) -> _native.Cache:
        """The cache as the compiled half has it."""
        return self._inner

    @property
    def path(self) -> Path | None:
        """The file, unless the cache is in memory."""
        return self._inner.path

    @property
    def is_read_only(self) -> bool:
        """Whether this handle may only read."""
        return self._inner.is_read_only

    def __repr__(self) -> str:
        return f"<Cache {self.path or 'in memory'}{' (read only)' if self.is_read_only else ''}>"

    def by_id(self, kind: type[T], id: int) -> T | None:
        """The live object with this number."""
        found: T | None = self._inner.by_id(kind.OBJECT.value, shape_of(kind), id).wait()
        return found

    async def by_id_async(self, kind: type[T], id: int) -> T | None:
        """As :meth:`by_id`, awaited."""
        found: T | None = await finish(self._inner.by_id(kind.OBJECT.value, shape_of(kind), id))
        return found

    def all(self, kind: type[T]) -> Table[T]:
        """All live objects of a type, in the order of their numbers."""
        return self.find(kind)

    async def all_async(self, kind: type[T]) -> Table[T]:
        """As :meth:`all`, awaited."""
        return await self.find_async(kind)

    def _find(self, kind: type[T], given: dict[str, Any]) -> _native.Operation:
        return self._inner.find(kind.OBJECT.value, shape_of(kind), query(given))

    def find(self, kind: type[T], **filters: Filter) -> Table[T]:
        """The live objects that pass all filters, in the order of their numbers.

        A filter is a field's name with a value, several values, or a comparison of :mod:`peering.peeringdb.query`. Besides
        the fields there are ``search`` (part of one of the names), ``limit``, ``skip``, ``including_deleted``, and through
        other objects ``at_exchange``, ``at_facility`` (:class:`Net`, :class:`Ix`), ``with_network`` (:class:`Ix`,
        :class:`Fac`) and ``with_exchange`` (:class:`Fac`), each with a number of PeeringDB's.
        """
        return Table(kind, self._find(kind, filters).wait())

    async def find_async(self, kind: type[T], **filters: Filter) -> Table[T]:
        """As :meth:`find`, awaited."""
        return Table(kind, await finish(self._find(kind, filters)))

    def count(self, kind: type[Object], **filters: Filter) -> int:
        """How many objects :meth:`find` would find."""
        counted: int = self._inner.count(kind.OBJECT.value, query(filters)).wait()
        return counted

    async def count_async(self, kind: type[Object], **filters: Filter) -> int:
        """As :meth:`count`, awaited."""
        counted: int = await finish(self._inner.count(kind.OBJECT.value, query(filters)))
        return counted

    def search(self, text: str, limit: int = 20) -> Table[Hit]:
        """The live objects whose names have words that begin with all words of ``text``, best first.

        Case and diacritics do not matter. An AS number, with or without ``AS``, finds that network first.
        """
        return Table(Hit, self._inner.search(shape_of(Hit), text, limit).wait())

    async def search_async(self, text: str, limit: int = 20) -> Table[Hit]:
        """As :meth:`search`, awaited."""
        return Table(Hit, await finish(self._inner.search(shape_of(Hit), text, limit)))

    def generation(self) -> int:
        """A number that grows whenever the content changes, whichever process changed it."""
        number: int = self._inner.generation().wait()
        return number

    async def generation_async(self) -> int:
        """As :meth:`generation`, awaited."""
        number: int = await finish(self._inner.generation())
        return number

    def statistics(self) -> Statistics:
        """Rows of each type, cursors, time of the last sync, size."""
        statistics: Statistics = self._inner.statistics(shape_of(Statistics)).wait()
        return statistics

    async def statistics_async(self) -> Statistics:
        """As :meth:`statistics`, awaited."""
        statistics: Statistics = await finish(self._inner.statistics(shape_of(Statistics)))
        return statistics

    def _changes(
        self,
        since: datetime | None,
        after: int | None,
        kinds: Iterable[type[Object]],
        id: int | None,
        limit: int | None,
    ) -> _native.Operation:
        objects = [kind.OBJECT for kind in kinds]
        given = {"since": since, "after": after, "objects": objects, "id": id, "limit": limit}
        return self._inner.changes(shape_of(Change), given)

    def changes(
        self,
        *,
        since: datetime | None = None,
        after: int | None = None,
        kinds: Iterable[type[Object]] = (),
        id: int | None = None,
        limit: int | None = None,
    ) -> Table[Change]:
        """What changed, oldest first: later than a time, after the change with a number, of some types, of one object.

        Raises :class:`~peering.exceptions.NotFoundError` if ``since`` or ``after`` is before the beginning of what is kept.
        """
        return Table(Change, self._changes(since, after, kinds, id, limit).wait())

    async def changes_async(
        self,
        *,
        since: datetime | None = None,
        after: int | None = None,
        kinds: Iterable[type[Object]] = (),
        id: int | None = None,
        limit: int | None = None,
    ) -> Table[Change]:
        """As :meth:`changes`, awaited."""
        return Table(Change, await finish(self._changes(since, after, kinds, id, limit)))

    def as_of(self, kind: type[T], id: int, at: datetime) -> T | None:
        """An object as the cache had it at this time. ``None`` if it was not there."""
        found: T | None = self._inner.as_of(kind.OBJECT.value, shape_of(kind), id, at).wait()
        return found

    async def as_of_async(self, kind: type[T], id: int, at: datetime) -> T | None:
        """As :meth:`as_of`, awaited."""
        found: T | None = await finish(self._inner.as_of(kind.OBJECT.value, shape_of(kind), id, at))
        return found

    def history_begins(self, kind: type[Object]) -> datetime | None:
        """Since when the changes of a type are kept without a gap. ``None`` if the cache never had any objects of it."""
        begin: datetime | None = self._inner.history_begins(kind.OBJECT.value).wait()
        return begin

    async def history_begins_async(self, kind: type[Object]) -> datetime | None:
        """As :meth:`history_begins`, awaited."""
        begin: datetime | None = await finish(self._inner.history_begins(kind.OBJECT.value))
        return begin

    def last_change(self) -> int:
        """The number of the last change; 0 before the first."""
        number: int = self._inner.last_change().wait()
        return number

    async def last_change_async(self) -> int:
        """As :meth:`last_change`, awaited."""
        number: int = await finish(self._inner.last_change())
        return number

    def member_changes(self, since: datetime, ixlans: Iterable[int]) -> Table[MemberChange]:
        """The networks that have joined or left these peering LANs (``ixlan.id``) since this time, by LAN and AS number.

        A network that came and went again, or that moved from one port to another, did neither.
        """
        found = self._inner.member_changes(shape_of(MemberChange), since, list(ixlans)).wait()
        return Table(MemberChange, found)

    async def member_changes_async(self, since: datetime, ixlans: Iterable[int]) -> Table[MemberChange]:
        """As :meth:`member_changes`, awaited."""
        found = await finish(self._inner.member_changes(shape_of(MemberChange), since, list(ixlans)))
        return Table(MemberChange, found)

    def follow(self, after: int | None = None, look: timedelta = timedelta(seconds=5)) -> Iterator[Change]:
        """The changes after the one with this number, or from now on, whichever process makes them. Never ends.

        When there is nothing more, it looks again after ``look``. To go on after a restart, keep the ``number`` of the last
        change that you dealt with.
        """
        stream = self._inner.follow(shape_of(Change), after, look)
        while True:
            yield stream.next().wait()

    async def follow_async(
        self, after: int | None = None, look: timedelta = timedelta(seconds=5)
    ) -> AsyncIterator[Change]:
        """As :meth:`follow`, awaited."""
        stream = self._inner.follow(shape_of(Change), after, look)
        while True:
            yield await finish(stream.next())

    def check(self) -> list[str]:
        """What is wrong with the cache; nothing if it is sound. Reads every page: seconds for a full one."""
        wrong: list[str] = self._inner.check().wait()
        return wrong

    async def check_async(self) -> list[str]:
        """As :meth:`check`, awaited."""
        wrong: list[str] = await finish(self._inner.check())
        return wrong

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Copies the cache as it is now into a new file, while others read and write it. The copy is compact."""
        self._inner.copy_to(Path(path)).wait()

    async def copy_to_async(self, path: str | os.PathLike[str]) -> None:
        """As :meth:`copy_to`, awaited."""
        await finish(self._inner.copy_to(Path(path)))

    def flush(self) -> None:
        """Removes every object, cursor and change; the next sync fetches everything. Readers see all or nothing."""
        self._inner.flush().wait()

    async def flush_async(self) -> None:
        """As :meth:`flush`, awaited."""
        await finish(self._inner.flush())

    def forget_changes(self, older_than: timedelta) -> None:
        """Forgets the changes that are older than this. Syncs do it by themselves."""
        self._inner.forget_changes(older_than).wait()

    async def forget_changes_async(self, older_than: timedelta) -> None:
        """As :meth:`forget_changes`, awaited."""
        await finish(self._inner.forget_changes(older_than))
