"""Tables: what a query or a read found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from peering import _native
from peering._record import shape_of

__all__ = ["Table"]

T_co = TypeVar("T_co", covariant=True)


class Table(Sequence[T_co], Generic[T_co]):
    """Records of one class, in order: a sequence whose rows become Python objects when they are looked at.

    >>> from peering.state import NetworkInstance
    >>> table = Table.of(NetworkInstance, [])
    >>> len(table), list(table)
    (0, [])
    """

    __slots__ = ("_row_type", "_rows")

    def __init__(self, row_type: type[Any], rows: _native.Rows) -> None:
        self._row_type = row_type
        self._rows = rows

    @classmethod
    def of(cls, row_type: type[T_co], rows: Iterable[T_co]) -> Table[T_co]:
        """A table of records that are there already."""
        return cls(row_type, _native.Rows(shape_of(row_type), list(rows)))

    @property
    def row_type(self) -> type[T_co]:
        """The class of its rows."""
        return self._row_type

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> Table[T_co]: ...
    def __getitem__(self, index: int | slice) -> T_co | Table[T_co]:
        if isinstance(index, slice):
            return Table.of(self._row_type, [self._rows.get(i) for i in range(*index.indices(len(self)))])
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"the table has {len(self)} rows, and none at {index}")
        row: T_co = self._rows.get(place)
        return row

    def __iter__(self) -> Iterator[T_co]:
        rows: list[T_co] = self._rows.all()
        return iter(rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._row_type is other._row_type and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Table of {len(self)} {self._row_type.__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Table.of, (self._row_type, list(self))
