"""The difference that a commit would make."""

from __future__ import annotations

__all__ = ["Diff"]


class Diff:
    """What a commit would change, line by line: ``+`` added, ``-`` removed, a blank for context.

    Devices print keys, so ``str()``, ``repr()`` and notebooks show the redacted form; :meth:`expose` has the raw text.
    A pickle of it holds the raw text, too.

    >>> diff = Diff("+ password hunter2\\n", redacted="+ password <redacted>\\n")
    >>> print(diff, end="")
    + password <redacted>
    >>> diff.expose()
    '+ password hunter2\\n'
    >>> bool(diff), diff.added, diff.removed
    (True, 1, 0)
    """

    __slots__ = ("_raw", "_redacted")

    def __init__(self, raw: str, *, redacted: str) -> None:
        self._raw = raw
        self._redacted = redacted

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change. An empty diff is false, too."""
        return not self._raw.strip()

    @property
    def added(self) -> int:
        """How many lines are added."""
        return self._count("+")

    @property
    def removed(self) -> int:
        """How many lines are removed."""
        return self._count("-")

    def expose(self) -> str:
        """The raw text, secrets included."""
        return self._raw

    def _count(self, sign: str) -> int:
        return sum(line.startswith(sign) for line in self._raw.splitlines())

    def __bool__(self) -> bool:
        return not self.is_empty

    def __str__(self) -> str:
        return self._redacted

    def __repr__(self) -> str:
        return f"Diff({self._redacted!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diff) and (self._raw, self._redacted) == (other._raw, other._redacted)

    def __hash__(self) -> int:
        return hash((self._raw, self._redacted))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self._raw, self._redacted)

    def _repr_html_(self) -> str:
        from html import escape

        colors = {"+": "#1a7f37", "-": "#cf222e", "@": "#6e7781"}
        lines = []
        for line in self._redacted.splitlines():
            color = colors.get(line[:1])
            text = escape(line)
            lines.append(f'<span style="color:{color}">{text}</span>' if color else text)
        return "<pre>" + "\n".join(lines) + "</pre>"


def _rebuild(raw: str, redacted: str) -> Diff:
    return Diff(raw, redacted=redacted)
