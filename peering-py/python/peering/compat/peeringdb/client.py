"""peeringdb-py's client over our cache and client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, overload

from peering.compat.peeringdb import backend as _backend
from peering.compat.peeringdb import config as _config
from peering.compat.peeringdb.fetch import Fetcher
from peering.compat.peeringdb.objects import Object, Results
from peering.compat.peeringdb.resource import RESOURCES_BY_TAG, Resource, all_resources
from peering.peeringdb.cache import Cache
from peering.peeringdb.config import Config
from peering.peeringdb.fill import refresh, sync
from peering.peeringdb.record import of_type
from peering.peeringdb.report import SyncReport

__all__ = ["Client", "PeeringDB", "Tags", "TypeWrap", "Updater"]


class _Query:
    """One resource of a client."""

    def __init__(self, client: Client, res: type[Resource]) -> None:
        self.client = client
        self.res = res

    def get(self, pk: int) -> Any:
        return self.client.get(self.res, pk)

    def all(self) -> Any:
        return self.client.all(self.res)


class Tags:
    """The resources of a client by their tags: ``client.tags.net.get(1)``.

    >>> client = Client({"orm": {"database": {"name": ":memory:"}}})
    >>> client.tags.keys()[:3]
    ['org', 'campus', 'fac']
    """

    def __init__(self, client: Client) -> None:
        self._queries = {tag: _Query(client, res) for tag, res in RESOURCES_BY_TAG.items()}

    def __getattr__(self, tag: str) -> _Query:
        try:
            return self.__dict__["_queries"][tag]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(tag) from None

    def keys(self) -> list[str]:
        """The tags."""
        return list(self._queries)

    def all(self) -> list[_Query]:
        """The resources."""
        return list(self._queries.values())


class Updater:
    """Brings the database up to date.

    >>> Client({"orm": {"database": {"name": ":memory:"}}}).updater.fetcher.url
    'https://www.peeringdb.com/api'
    """

    def __init__(self, cache: Cache, fetcher: Fetcher, config: Config) -> None:
        self._cache = cache
        self.fetcher = fetcher
        self._config = config

    def update_all(
        self,
        rs: Iterable[type[Resource]] | None = None,
        since: int | None = None,
        skip: Iterable[str] | None = None,
        fetch_private: bool = False,
    ) -> SyncReport:
        """Synchronises these resources, all but those of ``skip``. What happened is in the report, and failures are raised.

        With an API key what is not public comes by itself, whatever ``fetch_private`` says. Where to go on from is the
        cache's own knowledge: ``since`` is refused.
        """
        if since is not None:
            raise ValueError("the cache knows where to go on from; `since` has no place here")
        left_out = set(skip or ())
        tags = [res.tag for res in (all_resources() if rs is None else rs) if res.tag not in left_out]
        options = self._config.sync_options()
        options["kinds"] = [of_type(tag) for tag in tags if not self._config.only or tag in self._config.only]
        return sync(self._cache, self.fetcher._client, **options)

    def update_one(self, res: type[Resource], pk: int, depth: int = 0) -> None:
        """Brings one object up to date; ``depth`` means nothing, as in peeringdb-py. ``ValueError`` if there is none."""
        report = refresh(self._cache, self.fetcher._client, of_type(res.tag), [pk])
        if report.rows == 0:
            raise ValueError(f"Object {res.tag} {pk} not found")


class Client:
    """peeringdb-py's ``Client``: configured by its file, its environment variables, a dictionary or keyword arguments.

    The database is a cache of ours beside the one that is configured (:attr:`cache`), which is left alone.

    >>> client = Client({"orm": {"database": {"name": ":memory:"}}}, url="http://127.0.0.1:8080/api")
    >>> from peering.compat.peeringdb import resource
    >>> client.all(resource.Network).count()
    0
    """

    #: The settings.
    config: Mapping[str, Any]
    #: Asks the server.
    fetcher: Fetcher
    #: Brings the database up to date.
    updater: Updater
    #: The resources by their tags.
    tags: Tags
    #: Our cache.
    cache: Cache

    def __init__(self, cfg: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        sections = {name: dict(part) for name, part in (_config.load_config() if cfg is None else cfg).items()}
        sections["sync"] = {**sections.get("sync", {}), **kwargs}
        self.config = sections
        settings = _config.from_sections(sections)
        self.cache = _open(settings)
        self.fetcher = Fetcher(settings.client())
        self.updater = Updater(self.cache, self.fetcher, settings)
        self.tags = Tags(self)
        _backend.use(self.cache)

    def get(self, res: type[Resource], pk: int) -> Object:
        """The object with this number, deleted or not; the model's ``DoesNotExist`` if there is none."""
        return Results(self.cache, res.tag).get(pk=pk)

    def all(self, res: type[Resource]) -> Results:
        """All objects of a resource, deleted ones too; ``filter`` narrows it."""
        return Results(self.cache, res.tag)

    def update_all(self) -> SyncReport:
        """Synchronises everything."""
        return self.updater.update_all()

    @property
    def backend(self) -> _backend.Backend:
        """The database."""
        return _backend.Backend(self.cache)


def _open(settings: Config) -> Cache:
    if settings.database == ":memory:":
        return Cache.in_memory()
    path = settings.cache_path
    path.parent.mkdir(parents=True, exist_ok=True)
    return Cache.open(path)


class PeeringDB(Client):
    """The client under its old name, with the calls of older versions: by tag, it asks the server and gives dictionaries.

    >>> pdb = PeeringDB({"orm": {"database": {"name": ":memory:"}}}, url="http://127.0.0.1:8080/api")
    >>> pdb.fetcher.url
    'http://127.0.0.1:8080/api'
    """

    @overload
    def get(self, res: type[Resource], pk: int) -> Object: ...
    @overload
    def get(self, res: str, pk: int) -> dict[str, Any]: ...
    def get(self, res: type[Resource] | str, pk: int) -> Any:
        """One object: of the database by its resource, of the server by its tag."""
        return self.fetch(res, pk) if isinstance(res, str) else super().get(res, pk)

    @overload
    def all(self, res: type[Resource]) -> Results: ...
    @overload
    def all(self, res: str, **filters: Any) -> list[dict[str, Any]]: ...
    def all(self, res: type[Resource] | str, **filters: Any) -> Any:
        """All objects: of the database by their resource, of the server by their tag and filters."""
        return self.fetch_all(res, **filters) if isinstance(res, str) else super().all(res).filter(**filters)

    def fetch(self, res: type[Resource] | str, pk: int, depth: int = 0) -> dict[str, Any]:
        """One object, from the server."""
        return self.fetcher.get(_tag(res), pk, depth)

    def fetch_all(self, res: type[Resource] | str, **filters: Any) -> list[dict[str, Any]]:
        """The objects that pass filters, from the server."""
        return self.fetcher.entries(_tag(res), **filters)

    def update(self, res: type[Resource], pk: int) -> None:
        """Brings one object of the database up to date."""
        self.updater.update_one(res, pk)

    def type_wrap(self, tag: str) -> TypeWrap:
        """One type, asked for at the server."""
        return TypeWrap(self, tag)


class TypeWrap:
    """One type of objects of a :class:`PeeringDB`, asked for at the server.

    >>> PeeringDB({"orm": {"database": {"name": ":memory:"}}}).type_wrap("net").tag
    'net'
    """

    def __init__(self, client: PeeringDB, tag: str) -> None:
        self._client = client
        self.tag = tag

    def get(self, pk: int) -> dict[str, Any]:
        """One object."""
        return self._client.fetch(self.tag, pk)

    def all(self, **filters: Any) -> list[dict[str, Any]]:
        """The objects that pass filters."""
        return self._client.fetch_all(self.tag, **filters)


def _tag(res: type[Resource] | str) -> str:
    return res if isinstance(res, str) else res.tag
