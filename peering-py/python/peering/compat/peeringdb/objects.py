"""Objects and queries as django-peeringdb's models have them, over our cache.

Attributes have the names and types of the models' columns; what PeeringDB sends besides is there, too. Objects are for
reading: a cache is changed by syncs only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, ClassVar

from peering import _native
from peering._record import shape_of
from peering.peeringdb.query import filters
from peering.peeringdb.record import of_type

if TYPE_CHECKING:
    from peering.peeringdb.cache import Cache

__all__ = ["FieldError", "MultipleObjectsReturned", "Object", "ObjectDoesNotExist", "Results", "model"]


class ObjectDoesNotExist(Exception):
    """There is no such object.

    >>> issubclass(model("net").DoesNotExist, ObjectDoesNotExist)
    True
    """


class MultipleObjectsReturned(Exception):
    """There are several such objects.

    >>> issubclass(model("net").MultipleObjectsReturned, MultipleObjectsReturned)
    True
    """


class FieldError(Exception):
    """There is no such field, or no such comparison.

    >>> str(FieldError("no such field"))
    'no such field'
    """


#: Attributes that lead to another object, by type: the object's tag.
PARENTS = {
    "campus": {"org": "org"},
    "fac": {"org": "org", "campus": "campus"},
    "net": {"org": "org"},
    "ix": {"org": "org"},
    "carrier": {"org": "org"},
    "carrierfac": {"carrier": "carrier", "fac": "fac"},
    "ixfac": {"ix": "ix", "fac": "fac"},
    "ixlan": {"ix": "ix"},
    "ixpfx": {"ixlan": "ixlan"},
    "poc": {"net": "net"},
    "netfac": {"net": "net", "fac": "fac"},
    "netixlan": {"net": "net", "ixlan": "ixlan", "ix": "ix", "net_side": "fac", "ix_side": "fac"},
}

#: Attributes that lead to the objects that refer to this one, by type: their tag and the field that refers.
CHILDREN: dict[str, dict[str, tuple[str, str]]] = {}
for _tag, _parents in PARENTS.items():
    for _name, _parent in _parents.items():
        _set = f"{_name}_set" if _name in ("net_side", "ix_side") else f"{_tag}_set"
        CHILDREN.setdefault(_parent, {})[_set] = (_tag, f"{_name}_id")

#: Columns that PeeringDB has no field for: what they hold.
CONSTANTS: dict[str, dict[str, Any]] = {
    "net": {"notes_private": ""},
    "ixlan": {"vlan": None},
    "ixpfx": {"notes": ""},
    "netfac": {"avail_sonet": False, "avail_ethernet": False, "avail_atm": False},
}


def _naive(text: str) -> datetime:
    return datetime.fromisoformat(text.rstrip("Z"))


def _degrees(number: float) -> Decimal:
    return Decimal(f"{number:.6f}")


#: How columns show what PeeringDB sends.
_TYPES: dict[str, Callable[[Any], Any]] = {
    "created": _naive,
    "updated": _naive,
    "rir_status_updated": _naive,
    "ixf_last_import": _naive,
    "ixf_import_request": _naive,
    "netixlan_updated": _naive,
    "netfac_updated": _naive,
    "poc_updated": _naive,
    "latitude": _degrees,
    "longitude": _degrees,
    "ipaddr4": ip_address,
    "ipaddr6": ip_address,
    "prefix": ip_network,
}


class Object:
    """An object of the database, as an instance of django-peeringdb's model.

    >>> net = model("net")(None, {"id": 1, "asn": 64500, "name": "Example Net", "created": "2026-01-01T00:00:00Z"})
    >>> net.asn, net.created
    (64500, datetime.datetime(2026, 1, 1, 0, 0))
    """

    tag: ClassVar[str]
    DoesNotExist: ClassVar[type[ObjectDoesNotExist]]
    MultipleObjectsReturned: ClassVar[type[MultipleObjectsReturned]]

    def __init__(self, cache: Cache | None, sent: dict[str, Any]) -> None:
        self._cache = cache
        self._sent = sent

    @property
    def pk(self) -> int:
        """The object's number."""
        number: int = self._sent["id"]
        return number

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._sent:
            value = self._sent[name]
            make = _TYPES.get(name)
            return value if make is None or value is None else make(value)
        parent = PARENTS.get(self.tag, {}).get(name)
        if parent is not None:
            number = self._sent.get(f"{name}_id")
            return None if number is None else Results(self._open(), parent).get(pk=number)
        child = CHILDREN.get(self.tag, {}).get(name)
        if child is not None:
            return Results(self._open(), child[0], ((child[1], self.pk),))
        constants = CONSTANTS.get(self.tag, {})
        if name in constants:
            return constants[name]
        if name in of_type(self.tag).__record_fields__:
            return None
        raise AttributeError(f"a {self.tag} has no {name!r}")

    def _open(self) -> Cache:
        if self._cache is None:
            raise FieldError("this object is of no database")
        return self._cache

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and (self.tag, self.pk) == (other.tag, other.pk)

    def __hash__(self) -> int:
        return hash((self.tag, self.pk))

    def __str__(self) -> str:
        return str(self._sent.get("name") or f"{self.tag}-{self.pk}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"


_MODELS: dict[str, type[Object]] = {}


def model(tag: str) -> type[Object]:
    """The class of the objects of a type.

    >>> model("netixlan").__name__
    'NetworkIXLan'
    """
    found = _MODELS.get(tag)
    if found is None:
        from peering.compat.peeringdb.resource import get_resource

        name = get_resource(tag).__name__
        missing = type("DoesNotExist", (ObjectDoesNotExist,), {"__qualname__": f"{name}.DoesNotExist"})
        several = type("MultipleObjectsReturned", (MultipleObjectsReturned,), {})
        body = {"tag": tag, "DoesNotExist": missing, "MultipleObjectsReturned": several, "__doc__": f"A {tag} object."}
        found = _MODELS[tag] = type(name, (Object,), body)
    return found


#: Django's comparisons as PeeringDB's suffixes. SQLite's LIKE does not look at the case of ASCII letters, and nor do ours.
_LOOKUPS = {
    "exact": None,
    "in": "in",
    "contains": "contains",
    "icontains": "contains",
    "startswith": "startswith",
    "istartswith": "startswith",
    "lt": "lt",
    "lte": "lte",
    "gt": "gt",
    "gte": "gte",
}


class Results:
    """What a query finds, as Django's ``QuerySet`` has it: asked for when it is looked at, and narrowed by filters.

    >>> from peering.peeringdb import Cache, load_dump
    >>> cache = Cache.in_memory()
    >>> rows = b'{"data": [{"id": 1, "asn": 64500, "name": "A"}, {"id": 2, "asn": 64501, "name": "B"}]}'
    >>> _ = load_dump(cache, {"net": rows})
    >>> nets = Results(cache, "net")
    >>> nets.count(), nets.get(asn=64501).name, [net.id for net in nets.filter(name__icontains="a")]
    (2, 'B', [1])
    """

    def __init__(
        self,
        cache: Cache,
        tag: str,
        filters: tuple[tuple[str, Any], ...] = (),
        without: frozenset[int] = frozenset(),
        order: tuple[str, ...] = (),
    ) -> None:
        self._cache, self._tag, self._filters, self._without, self._order = cache, tag, filters, without, order
        self._found: list[Object] | None = None

    def _with(self, **changes: Any) -> Results:
        parts = {"filters": self._filters, "without": self._without, "order": self._order, **changes}
        return Results(self._cache, self._tag, **parts)

    def all(self) -> Results:
        """The same, to be asked for anew."""
        return self._with()

    def filter(self, **lookups: Any) -> Results:
        """Only what passes these, too: ``field``, ``field__lookup``, and the same behind the name of a related object."""
        passed = tuple(filter for name, value in lookups.items() for filter in self._lookup(name, value))
        return self._with(filters=self._filters + passed)

    def exclude(self, **lookups: Any) -> Results:
        """Only what does not pass these."""
        gone = {found.pk for found in self.filter(**lookups)}
        return self._with(without=self._without | gone)

    def order_by(self, *names: str) -> Results:
        """In the order of these fields; with ``-`` in front the greatest first."""
        return self._with(order=names)

    def _lookup(self, name: str, value: Any) -> list[tuple[str, Any]]:
        field, _, lookup = name.partition("__")
        parent = PARENTS.get(self._tag, {}).get(field)
        if field == "pk":
            field = "id"
        elif parent is not None and lookup and lookup not in _LOOKUPS and lookup != "isnull":
            related = Results(self._cache, parent).filter(**{lookup: value})
            return [(f"{field}_id__in", [found.pk for found in related])]
        elif parent is not None:
            field, value = f"{field}_id", _numbers(value)
        if lookup and lookup not in _LOOKUPS:
            raise FieldError(f"there is no comparison `{lookup}`; there are {', '.join(_LOOKUPS)}")
        suffix = _LOOKUPS[lookup or "exact"]
        return [(field if suffix is None else f"{field}__{suffix}", value)]

    def _rows(self, more: tuple[tuple[str, Any], ...] = ()) -> list[dict[str, Any]]:
        spec: dict[str, Any] = {"filters": [], "including_deleted": True}
        # One at a time: two filters by one field are both meant.
        for name, value in (*self._filters, *more):
            try:
                spec["filters"] += filters({name: value})
            except ValueError as error:
                raise FieldError(str(error)) from None
        kind = of_type(self._tag)
        try:
            rows: _native.Rows = self._cache._inner.find(kind.OBJECT.value, shape_of(Any), spec).wait()
        except ValueError as error:
            raise FieldError(str(error)) from None
        found: list[dict[str, Any]] = rows.all()
        return found

    def _all(self) -> list[Object]:
        if self._found is None:
            make = model(self._tag)
            found = [make(self._cache, row) for row in self._rows() if row["id"] not in self._without]
            for name in reversed(self._order):
                found.sort(key=_sort_key(name.lstrip("-")), reverse=name.startswith("-"))
            self._found = found
        return self._found

    def get(self, **lookups: Any) -> Object:
        """The one object that passes these; the model's ``DoesNotExist`` or ``MultipleObjectsReturned`` otherwise."""
        found = self.filter(**lookups)._all()
        make = model(self._tag)
        if not found:
            raise make.DoesNotExist(f"{make.__name__} matching query does not exist.")
        if len(found) > 1:
            raise make.MultipleObjectsReturned(f"get() returned {len(found)} objects of {make.__name__}, not one")
        return found[0]

    def first(self) -> Object | None:
        """The first, if there is one."""
        return next(iter(self._all()), None)

    def last(self) -> Object | None:
        """The last, if there is one."""
        return next(reversed(self._all()), None)

    def count(self) -> int:
        """How many there are."""
        return len(self._all())

    def exists(self) -> bool:
        """Whether there are any."""
        return bool(self._all())

    def values(self, *names: str) -> list[dict[str, Any]]:
        """These fields of each, as dictionaries."""
        return [{name: getattr(found, name) for name in names} for found in self._all()]

    def values_list(self, *names: str, flat: bool = False) -> list[Any]:
        """These fields of each, as tuples; with ``flat`` the one field of each."""
        if flat and len(names) != 1:
            raise TypeError("'flat' is for one field")
        rows = [tuple(getattr(found, name) for name in names) for found in self._all()]
        return [row[0] for row in rows] if flat else list(rows)

    def __iter__(self) -> Iterator[Object]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __bool__(self) -> bool:
        return bool(self._all())

    def __getitem__(self, index: int | slice) -> Any:
        return self._all()[index]

    def __repr__(self) -> str:
        return f"<Results {self._all()!r}>"


def _numbers(value: Any) -> Any:
    """Objects as their numbers."""
    if isinstance(value, Object):
        return value.pk
    if isinstance(value, (list, tuple, set, frozenset, Results)):
        return [_numbers(item) for item in value]
    return value


def _sort_key(name: str) -> Callable[[Object], tuple[bool, Any]]:
    def key(found: Object) -> tuple[bool, Any]:
        value = getattr(found, name)
        # As in SQLite, what is not there comes first.
        return (value is not None, value if value is not None else 0)

    return key
