"""The database as peeringdb-py's backend has it, as far as programs ask it."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from typing import Any

from peering.compat.peeringdb.objects import Object, ObjectDoesNotExist, Results, model
from peering.compat.peeringdb.resource import Resource
from peering.peeringdb.cache import Cache

__all__ = ["Backend", "BackendError", "backend_initialized", "get_backend"]


class BackendError(Exception):
    """There is no client yet.

    >>> issubclass(BackendError, Exception)
    True
    """


class Backend:
    """The database of a client.

    >>> from peering.compat.peeringdb import resource
    >>> backend = Backend(Cache.in_memory())
    >>> backend.get_concrete(resource.Network).__name__
    'Network'
    >>> backend.last_change(backend.get_concrete(resource.Network))
    0
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def get_concrete(self, res: type[Resource]) -> type[Object]:
        """The class of a resource's objects."""
        return model(res.tag)

    def get_resource(self, concrete: type[Object]) -> type[Resource]:
        """The resource of a class of objects."""
        from peering.compat.peeringdb.resource import get_resource

        return get_resource(concrete.tag)

    def is_concrete(self, cls: type) -> bool:
        """Whether this is a class of objects."""
        return issubclass(cls, Object) and cls is not Object

    def object_missing_error(self, concrete: type[Object] | None = None) -> type[ObjectDoesNotExist]:
        """The exception for an object that is not there."""
        return ObjectDoesNotExist if concrete is None else concrete.DoesNotExist

    def get_object(self, concrete: type[Object], id: int) -> Object:
        """The object with this number."""
        return Results(self._cache, concrete.tag).get(pk=id)

    def get_object_by(self, concrete: type[Object], field_name: str, value: Any) -> Object:
        """The one object with this value."""
        return Results(self._cache, concrete.tag).get(**{field_name: value})

    def get_objects(self, concrete: type[Object], ids: Iterable[int] | None = None) -> Results:
        """All objects, or those with these numbers."""
        found = Results(self._cache, concrete.tag)
        return found.filter(pk__in=list(ids)) if ids else found

    def get_objects_by(self, concrete: type[Object], field: str, value: Any) -> Results:
        """The objects with this value."""
        return Results(self._cache, concrete.tag).filter(**{field: value})

    def get_field_names(self, concrete: type[Object]) -> list[str]:
        """The names of the fields."""
        from peering.peeringdb.record import of_type

        names = of_type(concrete.tag).__record_fields__
        return [name for name in names if name not in ("extra", "kept")]

    def last_change(self, concrete: type[Object]) -> int:
        """The newest ``updated``, in Unix seconds; 0 if there are no objects."""
        changed = [found.updated for found in Results(self._cache, concrete.tag) if found.updated is not None]
        return calendar.timegm(max(changed).timetuple()) if changed else 0

    def delete_all(self) -> None:
        """Empties the database."""
        self._cache.flush()


_current: Backend | None = None


def use(cache: Cache) -> None:
    """Makes a cache the one of :func:`get_backend`. As in peeringdb-py the first client's stays."""
    global _current
    if _current is None:
        _current = Backend(cache)


def backend_initialized() -> bool:
    """Whether there is a client.

    >>> isinstance(backend_initialized(), bool)
    True
    """
    return _current is not None


def get_backend() -> Backend:
    """The database of the first client.

    >>> from peering.compat.peeringdb import Client
    >>> client = Client({"orm": {"database": {"name": ":memory:"}}})
    >>> isinstance(get_backend(), Backend)
    True
    """
    if _current is None:
        raise BackendError("Backend not initialized")
    return _current
