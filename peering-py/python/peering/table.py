"""Tables: what a query or a read found.

A table goes as it is to whatever takes Arrow data (its PyCapsule interface), and no Python object is made on the way:
``polars.DataFrame(table)``, ``pyarrow.table(table)``, ``pandas.DataFrame.from_arrow(table)``, or ``duckdb.sql("… FROM
table")`` with the name of the variable. The columns are the fields of the record, and go by its class alone, whatever the rows hold:

===================================  ======================================================
field                                Arrow type
===================================  ======================================================
``bool``, ``int``, ``float``         bool, int64, double
text, addresses, prefixes, enums     large string
``datetime``, ``timedelta``          timestamp[us, UTC], duration[us]
a record; a tuple                    struct; large list
a choice (``down_reason``)           struct of ``tag`` and one field for each record that holds something
``Mapping``, ``Any``                 JSON, as large string
``Secret``                           ``<redacted>``
===================================  ======================================================

An enum of numbers is int64, a choice between records without fields is its tag as text. Every column may hold nulls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from peering import _native
from peering._record import shape_of

__all__ = ["Table"]

Row = TypeVar("Row")
T_co = TypeVar("T_co", covariant=True)

#: How many rows a notebook shows of a long table, at each end, and how much of a cell.
_ENDS = 10
_CELL = 100


if TYPE_CHECKING:
    _Sequence = Sequence
else:

    class _Sequence(Generic[T_co]):
        """What a sequence can do, without being one for ``isinstance``: polars would look at the rows, not at the Arrow data."""

        __slots__ = ()
        __contains__ = Sequence.__contains__
        __reversed__ = Sequence.__reversed__
        index = Sequence.index
        count = Sequence.count


class Table(_Sequence[T_co], Generic[T_co]):
    """Records of one class, in order: a sequence whose rows become Python objects when they are looked at.

    >>> from peering.peeringdb import Net
    >>> table = Table.of(Net, [Net(id=1, asn=64501, name="One"), Net(id=2, asn=64500, name="Two")])
    >>> len(table), table[-1].name
    (2, 'Two')
    >>> [net.asn for net in table.sorted(key=lambda net: net.asn)]
    [64500, 64501]
    >>> table.where(lambda net: net.asn > 64500).to_dicts()[0]["name"]
    'One'
    """

    __slots__ = ("_row_type", "_rows")

    def __init__(self, row_type: type[Any], rows: _native.Rows) -> None:
        self._row_type = row_type
        self._rows = rows

    @classmethod
    def of(cls, row_type: type[Row], rows: Iterable[Row]) -> Table[Row]:
        """A table of records that are there already."""
        return Table(row_type, _native.Rows(shape_of(row_type), list(rows)))

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

    def where(self, test: Callable[[T_co], object]) -> Table[T_co]:
        """The rows that pass a test."""
        return Table.of(self._row_type, filter(test, self))

    def sorted(self, key: Callable[[T_co], Any], *, reverse: bool = False) -> Table[T_co]:
        """The rows in the order of a key."""
        return Table.of(self._row_type, sorted(self, key=key, reverse=reverse))

    def to_dicts(self, *, expose_secrets: bool = False) -> list[Any]:
        """The rows as JSON can say them, as :meth:`~peering._record.Record.to_dict` does."""
        return [_native.Shape.dump(row, expose_secrets) for row in self]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        """The rows in one batch, for consumers of Arrow data. The requested schema is not looked at: they can cast."""
        return self._rows.arrow_stream()

    def __arrow_c_schema__(self) -> Any:
        """The columns, for consumers of Arrow data."""
        return self._rows.arrow_schema()

    def _repr_html_(self) -> str:
        """For notebooks: the head and the tail of a long table, secrets blacked out."""
        from html import escape

        names = getattr(self._row_type, "__record_fields__", ("value",))
        count = len(self)
        shown = range(count) if count <= 2 * _ENDS else (*range(_ENDS), None, *range(count - _ENDS, count))
        lines = []
        for index in shown:
            if index is None:
                lines.append(f"<tr><td>…</td><td colspan={len(names)}>{count - 2 * _ENDS} more</td></tr>")
                continue
            row = self._rows.get(index)
            cells = (_cell(getattr(row, name, row)) for name in names)
            lines.append(f"<tr><th>{index}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>")
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        # What others wrote is not for the page's formulas either: hence the classes.
        return (
            '<div style="overflow-x: auto"><table class="tex2jax_ignore mathjax_ignore">'
            f"<caption>{count} {escape(self._row_type.__name__)}</caption>"
            f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
        )


def _cell(value: Any) -> str:
    """What a notebook shows of a value, in clear text."""
    said = _native.Shape.dump(value, False)
    if said is None:
        return ""
    if isinstance(said, (dict, list)):
        from json import dumps

        said = dumps(_without_nothing(said), ensure_ascii=False) if said else ""
    elif not isinstance(said, str):
        # A duration reads better as Python shows it, and numbers are the same.
        said = str(value)
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in said)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _without_nothing(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _without_nothing(item) for name, item in said.items() if item is not None}
    return [_without_nothing(item) for item in said] if isinstance(said, list) else said
