"""What every record class of the package is made with.

A record is a frozen dataclass with slots and keyword arguments. Its annotations say what it holds, and go to the compiled
half once for each class, the first time something crosses over (:func:`shape_of`). Nothing here knows a particular record.

=====================================  ============================================================
annotation                             what crosses over
=====================================  ============================================================
``int``, ``float``, ``bool``, ``str``  itself
``Path``                               text
``Address``, ``Prefix``, ``Interface``  text (classes of ``ipaddress``)
``datetime``, ``timedelta``            text (RFC 3339, aware); seconds
an ``Enum``                            its value; ``Status | str`` keeps words that the enum does not have
a record                               its fields, by their names
``A | B`` of records with tags         the tag, and the fields if it has any
``Sequence[X]``, ``tuple[X, ...]``      a list; kept as a tuple
``Mapping[str, X]``, ``Any``           an object; whatever JSON can say
``Secret``                             text, blacked out unless exposed
=====================================  ============================================================

A field whose name Python cannot spell has a key where it is written down: ``field(metadata={"key": "less-equal"})``.
"""

from __future__ import annotations

import dataclasses
import enum
import os
import threading
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from peering import _native
from peering._secret import Secret

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:
    # What type checkers look for is the name; at run time it says nothing.
    def dataclass_transform(**_: Any) -> Any:
        return lambda decorator: decorator


#: An IP address.
Address: TypeAlias = IPv4Address | IPv6Address
#: A prefix, without host bits.
Prefix: TypeAlias = IPv4Network | IPv6Network
#: An address with the prefix length of its network.
Interface: TypeAlias = IPv4Interface | IPv6Interface

_T = TypeVar("_T")


class Record:
    """What all records have: equality, a hash, ``repr``, pickling and pattern matching as dataclasses have them, and these."""

    __slots__ = ()
    __record_fields__: ClassVar[tuple[str, ...]] = ()
    #: What the fields are called where they are written down.
    __record_keys__: ClassVar[tuple[str, ...]] = ()
    __record_tag__: ClassVar[str | None] = None

    def to_dict(self, *, expose_secrets: bool = False) -> Any:
        """This as JSON can say it: addresses and times as text, durations as seconds, enums as their values.

        Secrets are ``"<redacted>"`` unless they are exposed.
        """
        return _native.Shape.dump(self, expose_secrets)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The record that :meth:`to_dict` wrote. What is left out has its default.

        Raises :class:`~peering.exceptions.OptionsError` with the path of what is missing, unknown or of another form.
        """
        loaded: Self = shape_of(cls).load(data)
        return loaded

    def replace(self, **changes: Any) -> Self:
        """This with other values in some of its fields."""
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]

    def __post_init__(self) -> None:
        for name, place in _places(type(self)):
            value = getattr(self, name)
            taken = place.take(name, value)
            if taken is not value:
                object.__setattr__(self, name, taken)

    def __repr__(self) -> str:
        shown = []
        for name, field in self.__dataclass_fields__.items():  # type: ignore[attr-defined]
            value = getattr(self, name)
            default = field.default
            if field.default_factory is not dataclasses.MISSING:
                default = field.default_factory()
            if default is dataclasses.MISSING or value != default:
                shown.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def __hash__(self) -> int:
        return hash((type(self), *(_hashable(getattr(self, name)) for name in self.__record_fields__)))


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(_hashable(item) for item in value)
    return value


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def record(
    *, tag: str | None = None, kw_only: bool = True, brief: bool = False
) -> typing.Callable[[type[_T]], type[_T]]:
    """Makes a class a record. With a tag it is one of a choice, named so where it is written down; a brief one shows
    the fields only that are not at their defaults.
    """

    def decorate(cls: type[_T]) -> type[_T]:
        cls.__hash__ = Record.__hash__  # type: ignore[assignment,method-assign]
        made = dataclasses.dataclass(frozen=True, slots=True, kw_only=kw_only, repr=not brief)(cls)
        fields = dataclasses.fields(made)  # type: ignore[arg-type]
        made.__record_fields__ = tuple(field.name for field in fields)  # type: ignore[attr-defined]
        made.__record_keys__ = tuple(field.metadata.get("key", field.name) for field in fields)  # type: ignore[attr-defined]
        made.__record_tag__ = tag  # type: ignore[attr-defined]
        return made

    return decorate


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """What one field, or an item of it, holds."""

    shape: _native.Shape
    #: The classes that are taken as they are.
    accepts: tuple[type, ...] = (object,)
    is_optional: bool = False
    item: _Place | None = None

    def take(self, name: str, value: Any) -> Any:
        """The value as it is kept: a list as a tuple, text as what it stands for. The error names the field."""
        if value is None and self.is_optional:
            return value
        if self.item is not None and isinstance(value, (list, tuple, set, frozenset)):
            items = tuple(self.item.take(f"{name}.{index}", item) for index, item in enumerate(value))
            return value if type(value) is tuple and all(map(_is, items, value)) else items
        if self.item is None and isinstance(value, self.accepts):
            return value
        try:
            return self.shape.load(value)
        except (ValueError, TypeError) as error:
            from peering.exceptions import OptionsError, PeeringError

            words = error.message if isinstance(error, PeeringError) else str(error)
            raise OptionsError(f"{name}: {words}") from None


def _is(one: Any, other: Any) -> bool:
    return one is other


_PLACES: dict[type, tuple[tuple[str, _Place], ...]] = {}
_SHAPES: dict[Any, _native.Shape] = {}
#: The classes whose shapes are being made: one that holds itself is looked up later.
_MAKING: set[type] = set()
_turn = threading.RLock()


def _places(cls: type) -> tuple[tuple[str, _Place], ...]:
    found = _PLACES.get(cls)
    if found is None:
        hints = typing.get_type_hints(cls)
        found = tuple((name, _place(hints[name])) for name in cls.__record_fields__)  # type: ignore[attr-defined]
        _PLACES[cls] = found
    return found


def shape_of(cls: Any) -> _native.Shape:
    """What a record class, or any annotation of the table above, holds."""
    found = _SHAPES.get(cls)
    if found is not None:
        return found
    # One thread at a time: what another is making is not to be taken for a class that holds itself.
    with _turn:
        found = _SHAPES.get(cls)
        if found is not None:
            return found
        if cls in _MAKING:
            return _native.Shape("later", shape_of, cls)
        if not _is_record(cls):
            found = _place(cls).shape
        else:
            _MAKING.add(cls)
            try:
                found = _record_shape(cls)
            finally:
                _MAKING.discard(cls)
        _SHAPES[cls] = found
        return found


def _forked() -> None:
    # A thread that the child does not have may have had its turn.
    global _turn
    _turn = threading.RLock()
    _MAKING.clear()


os.register_at_fork(after_in_child=_forked)


def _record_shape(cls: type) -> _native.Shape:
    fields = []
    for name, place in _places(cls):
        field = cls.__dataclass_fields__[name]  # type: ignore[attr-defined]
        default: Any = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        has_default = default is not dataclasses.MISSING
        key = field.metadata.get("key", name)
        fields.append((key, place.shape, has_default, place.take(name, default) if has_default else None))
    return _native.Shape("record", cls, _maker(cls), *fields)


def _maker(cls: type) -> typing.Callable[..., Any]:
    """What makes an instance from the values of all fields, unchecked.

    A frozen class costs a function call for each field; so the instance is born in a twin that is not frozen, with the same
    slots, and changes its class at the end. That is six times as fast, and queries find tens of thousands of records.
    """
    names = cls.__record_fields__  # type: ignore[attr-defined]
    lines = [f"def __init__({', '.join(('self', *names))}):", *(f" self.{name} = {name}" for name in names)]
    scope: dict[str, Any] = {"_frozen_": cls}
    exec("\n".join([*lines, " self.__class__ = _frozen_"]), scope)
    body = {"__slots__": cls.__dict__["__slots__"], "__init__": scope["__init__"], "__setattr__": object.__setattr__}
    return type(cls)(cls.__name__, cls.__bases__, {**body, "__module__": cls.__module__})


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Record)


_LEAVES: dict[Any, tuple[str, tuple[type, ...]]] = {
    bool: ("bool", (bool,)),
    int: ("int", (int,)),
    float: ("float", (float, int)),
    str: ("text", (str,)),
    Path: ("path", (Path,)),
    datetime: ("datetime", (datetime,)),
    timedelta: ("duration", (timedelta,)),
    Any: ("any", (object,)),
    object: ("any", (object,)),
}

_UNIONS: dict[str, tuple[type, ...]] = {
    "address": (IPv4Address, IPv6Address),
    "network": (IPv4Network, IPv6Network),
    "interface": (IPv4Interface, IPv6Interface),
}


def _place(annotation: Any) -> _Place:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in _LEAVES:
        name, accepts = _LEAVES[annotation]
        return _Place(_native.Shape(name), accepts)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is Sequence or (origin is tuple and arguments[1:] == (Ellipsis,)):
        item = _place(arguments[0])
        return _Place(_native.Shape("list", item.shape), (tuple,), item=item)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _Place(_native.Shape("map", _place(arguments[1]).shape), (Mapping,))
    for name, classes in _UNIONS.items():
        if annotation in classes:
            return _Place(_native.Shape(name), classes)
    if isinstance(annotation, type):
        if annotation is Secret:
            return _Place(_native.Shape("secret", Secret), (Secret,))
        if issubclass(annotation, enum.Enum):
            return _Place(_native.Shape("enum", annotation, False), (annotation,))
        if issubclass(annotation, Record):
            return _Place(shape_of(annotation), (annotation,))
    raise TypeError(f"a record cannot hold {annotation!r}")


def _union(arguments: tuple[Any, ...]) -> _Place:
    parts = [part for part in arguments if part is not types.NoneType]
    if len(parts) < len(arguments):
        inner = _place(parts[0]) if len(parts) == 1 else _union(tuple(parts))
        return dataclasses.replace(inner, shape=_native.Shape("optional", inner.shape), is_optional=True)
    for name, classes in _UNIONS.items():
        if set(parts) == set(classes):
            return _Place(_native.Shape(name), classes)
    if set(parts) == {str, Path}:
        return _place(Path)
    enums = [part for part in parts if isinstance(part, type) and issubclass(part, enum.Enum)]
    if len(enums) == 1 and set(parts) == {enums[0], str}:
        return _Place(_native.Shape("enum", enums[0], True), (enums[0],))
    if all(_is_record(part) and part.__record_tag__ for part in parts):
        tagged = [(part.__record_tag__, shape_of(part)) for part in parts]
        return _Place(_native.Shape("choice", *tagged), tuple(parts))
    raise TypeError(f"a record cannot hold a choice of {parts!r}")
