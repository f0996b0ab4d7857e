"""Asking a PeeringDB server over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from peering import _native
from peering._operation import finish
from peering._record import Record, record, shape_of
from peering._secret import Secret
from peering.peeringdb.query import Filter, query
from peering.peeringdb.record import AsSet, Object
from peering.table import Table

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


__all__ = ["Client", "ClientOptions", "Limits", "Repeats"]

T = TypeVar("T", bound=Object)


@record()
class Repeats(Record):
    """How often the very same thing (path and parameters) may be asked without an API key.

    >>> Repeats().requests
    2
    """

    #: So many requests within ``window``.
    requests: int = 2
    #: The time within which ``requests`` are counted.
    window: timedelta = timedelta(minutes=1)
    #: An answer of more than so many bytes, unpacked, is a large one.
    large: int = 100_000
    #: The time within which what had a large answer may be asked once.
    large_window: timedelta = timedelta(hours=1)


@record()
class Limits(Record):
    """How often a server may be asked. The defaults are what PeeringDB publishes.

    >>> Limits.none().pace
    datetime.timedelta(0)
    """

    #: Time between the starts of two requests of a client without an API key.
    pace: timedelta = timedelta(seconds=3)
    #: Time between the starts of two requests of a client with an API key.
    pace_with_key: timedelta = timedelta(seconds=2)
    #: How often an anonymous client may ask the very same thing. ``None``: as often as it likes.
    repeats: Repeats | None = Repeats()

    @classmethod
    def none(cls) -> Self:
        """No limits, for a server of one's own."""
        return cls(pace=timedelta(), pace_with_key=timedelta(), repeats=None)


class ClientOptions(TypedDict, total=False):
    """The keyword arguments of a :class:`Client`.

    >>> options: ClientOptions = {"base_url": "http://127.0.0.1:8080"}
    >>> Client(**options)
    <Client of http://127.0.0.1:8080>
    """

    base_url: str
    api_key: Secret | str
    user_agent: str
    proxy: Secret | str
    connect_timeout: timedelta
    read_timeout: timedelta
    total_timeout: timedelta
    retry_budget: timedelta
    limits: Limits
    bulk: bool | str


class Client:
    """A client of one PeeringDB server; PeeringDB itself, asked anonymously, unless options say otherwise.

    Requests keep the server's published limits, are retried within a budget when the path or the server fails, and never when
    the server refuses. For more than a few questions fill a :class:`~peering.peeringdb.Cache` instead. Every call that asks
    the server has a twin that ends in ``_async``; many may run at once, and share the account of what was asked.

    Options: ``base_url`` (``/api/`` is added where no path is given), ``api_key``, ``user_agent``, ``proxy`` (without it the
    environment decides), ``connect_timeout`` (10 s), ``read_timeout`` (120 s between two pieces of an answer),
    ``total_timeout`` (900 s), ``retry_budget`` (150 s in vain for one request), ``limits``, ``bulk`` (whether whole lists come
    from the files that PeeringDB publishes, or the address of a folder with such files).

    >>> client = Client(base_url="http://127.0.0.1:8080", api_key="hunter2", limits=Limits.none())
    >>> client
    <Client of http://127.0.0.1:8080 with an API key>
    """

    __slots__ = ("_inner",)

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        self._inner = _native.Client(_exposed(options), False)

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """As ``Client(...)``, with the API key of ``PEERINGDB_API_KEY`` if there is one and none is given.

        :func:`peering.peeringdb.config.load_config` knows more places.
        """
        client = cls.__new__(cls)
        client._inner = _native.Client(_exposed(options), True)
        return client

    @property
    def base_url(self) -> str:
        """The server's address."""
        return self._inner.base_url

    @property
    def has_key(self) -> bool:
        """Whether requests carry an API key."""
        return self._inner.has_key

    @property
    def server_version(self) -> str | None:
        """The version of the server, as it stood in the last answer that told one, e.g. ``2.83.0``."""
        return self._inner.server_version

    def __repr__(self) -> str:
        return f"<Client of {self.base_url}{' with an API key' if self.has_key else ''}>"

    def _find(self, kind: type[T], given: dict[str, Any]) -> _native.Operation:
        return self._inner.find(kind.OBJECT.value, shape_of(kind), query(given))

    def find(self, kind: type[T], **filters: Filter) -> Table[T]:
        """The objects that pass all filters.

        Filters as for :meth:`Cache.find <peering.peeringdb.Cache.find>`; besides, ``fields`` asks for these fields (and
        ``id``) only. A filter by many values takes as many requests as the server advises.
        """
        return Table(kind, self._find(kind, filters).wait())

    async def find_async(self, kind: type[T], **filters: Filter) -> Table[T]:
        """As :meth:`find`, awaited."""
        return Table(kind, await finish(self._find(kind, filters)))

    def _changed(self, kind: type[T], since: datetime, given: dict[str, Any]) -> _native.Operation:
        return self._inner.changed_since(kind.OBJECT.value, shape_of(kind), since, query(given))

    def changed_since(self, kind: type[T], since: datetime, **filters: Filter) -> Table[T]:
        """The objects that were created, changed or deleted after this second, oldest change first.

        What was deleted comes with the status that says so.
        """
        return Table(kind, self._changed(kind, since, filters).wait())

    async def changed_since_async(self, kind: type[T], since: datetime, **filters: Filter) -> Table[T]:
        """As :meth:`changed_since`, awaited."""
        return Table(kind, await finish(self._changed(kind, since, filters)))

    def by_id(self, kind: type[T], id: int) -> T | None:
        """One object. ``None`` if the server knows none with this number."""
        return self.expanded(kind, id, depth=0)

    async def by_id_async(self, kind: type[T], id: int) -> T | None:
        """As :meth:`by_id`, awaited."""
        return await self.expanded_async(kind, id, depth=0)

    def expanded(self, kind: type[T], id: int, depth: int = 1) -> T | None:
        """One object with the objects around it, in ``extra``. Depth goes from 0 (none) to 4."""
        found: T | None = self._inner.expanded(kind.OBJECT.value, shape_of(kind), id, depth).wait()
        return found

    async def expanded_async(self, kind: type[T], id: int, depth: int = 1) -> T | None:
        """As :meth:`expanded`, awaited."""
        found: T | None = await finish(self._inner.expanded(kind.OBJECT.value, shape_of(kind), id, depth))
        return found

    def as_set(self, asn: int) -> AsSet | None:
        """The AS-SET that a network gives. ``None`` if the server knows no network with this AS number."""
        found: AsSet | None = self._inner.as_set(shape_of(AsSet), asn).wait()
        return found

    async def as_set_async(self, asn: int) -> AsSet | None:
        """As :meth:`as_set`, awaited."""
        found: AsSet | None = await finish(self._inner.as_set(shape_of(AsSet), asn))
        return found

    def stream(self, kind: type[T], *, depth: int = 0, **filters: Filter) -> Iterator[T]:
        """The objects that pass all filters, page by page, so that they need not be in memory together.

        With a depth of 1 to 3 each has the objects around it in ``extra``, and none is missed although the server cuts such
        lists. What must be complete and needs no depth is better asked for with :meth:`find`.
        """
        pieces = self._inner.stream(kind.OBJECT.value, shape_of(kind), query(filters), depth)
        while (found := pieces.next().wait()) is not None:
            yield found

    async def stream_async(self, kind: type[T], *, depth: int = 0, **filters: Filter) -> AsyncIterator[T]:
        """As :meth:`stream`, awaited."""
        pieces = self._inner.stream(kind.OBJECT.value, shape_of(kind), query(filters), depth)
        while (found := await finish(pieces.next())) is not None:
            yield found


def _exposed(options: Any) -> dict[str, Any]:
    """Options as the compiled half takes them."""
    return {name: value for name, value in options.items() if value is not None}
