"""What a command prints: tables for people, an envelope for programs, notes and a progress bar beside them.

Results go to standard output, everything else to standard error. With ``--json`` standard output holds the envelope and
nothing but it.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TextIO

__all__ = ["Answer", "Bar", "Output", "envelope", "table"]

#: The version of the envelope. It grows when something is taken away or gets another meaning.
ENVELOPE_VERSION = 1

_COLOURS = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "dim": "2"}


class Answer(NamedTuple):
    """What a command found.

    >>> Answer({"rows": []}).code
    0
    """

    #: What programs are given: whatever JSON can say.
    data: Any = None
    #: The exit status.
    code: int = 0
    #: What failed, if something did: an exception, so that the envelope and the exit code say it alike.
    error: BaseException | None = None
    #: Whether people have been told of the error already.
    is_told: bool = False


def envelope(command: str, data: Any, error: Mapping[str, Any] | None, warnings: Sequence[str]) -> dict[str, Any]:
    """The one form in which ``--json`` answers.

    >>> envelope("ping", {"routers": []}, None, [])
    {'version': 1, 'command': 'ping', 'ok': True, 'data': {'routers': []}, 'error': None, 'warnings': []}
    """
    return {
        "version": ENVELOPE_VERSION,
        "command": command,
        "ok": error is None,
        "data": data,
        "error": dict(error) if error is not None else None,
        "warnings": list(warnings),
    }


def clean(value: Any) -> str:
    """Text as one line that cannot do anything to a terminal: names in PeeringDB were written by strangers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (list, tuple)):
        return " ".join(clean(item) for item in value)
    return "".join(" " if unicodedata.category(letter) in _UNPRINTABLE else letter for letter in str(value))


#: Control characters, what turns the direction of writing, half characters, line and paragraph separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def duration(length: timedelta) -> str:
    """A length of time in its two largest units: ``3d 4h``."""
    seconds = int(length.total_seconds())
    parts: list[str] = []
    for name, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count or (name == "s" and not parts):
            parts.append(f"{count}{name}")
    return " ".join(parts[:2])


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    columns = 0
    for letter in text:
        if unicodedata.combining(letter):
            continue
        columns += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
    return columns


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Lines of a table: columns as wide as they must be, numbers to the right.

    >>> print("\\n".join(table(["AS", "name"], [[64501, "Example"], [4200000001, None]])))
            AS  name
         64501  Example
    4200000001
    """
    kept = [list(row) for row in rows]
    cells = [[clean(value) for value in row] for row in kept]
    widths = [max([width(heading), *(width(row[at]) for row in cells)]) for at, heading in enumerate(headings)]
    right = [
        bool(kept)
        and all(row[at] is None or type(row[at]) is int for row in kept)
        and any(row[at] is not None for row in kept)
        for at in range(len(headings))
    ]
    lines = []
    for row in [list(headings), *cells]:
        padded = []
        for at, cell in enumerate(row):
            blanks = " " * (widths[at] - width(cell))
            padded.append(blanks + cell if right[at] else cell + blanks)
        lines.append("  ".join(padded).rstrip())
    return lines


class Output:
    """Where a command's words go.

    >>> output = Output(is_json=True)
    >>> output.print("not shown: a program reads this")
    >>> output.warn("the mirror is old")
    >>> output.warnings
    ['the mirror is old']
    """

    def __init__(self, *, is_json: bool = False, is_quiet: bool = False) -> None:
        self.is_json = is_json
        self.is_quiet = is_quiet
        #: What somebody should know although nothing failed.
        self.warnings: list[str] = []

    def print(self, text: str = "", *, style: str | None = None) -> None:
        """A line of the result, for people."""
        if not self.is_json:
            sys.stdout.write(self._styled(text, style, sys.stdout) + "\n")

    def raw(self, text: str) -> None:
        """The result itself, as it is: it may go into a file."""
        if not self.is_json:
            sys.stdout.write(text)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """A table of the result, for people."""
        if self.is_json:
            return
        first, *rest = table(headings, rows)
        self.print(first, style="bold")
        for line in rest:
            self.print(line)

    def diff(self, text: str) -> None:
        """A diff, in colours where there are some."""
        for line in text.splitlines():
            style = {"+": "green", "-": "red"}.get(line[:1])
            self.print(_visible(line), style=style)

    def note(self, text: str, *, style: str | None = None) -> None:
        """What is going on, beside the result."""
        if not self.is_quiet and not self.is_json:
            self._aside(self._styled(text, style, sys.stderr))

    def warn(self, text: str) -> None:
        """What somebody should know although nothing failed."""
        self.warnings.append(text)
        if not self.is_quiet and not self.is_json:
            self._aside(self._styled("warning: ", "yellow", sys.stderr) + clean(text))

    def fail(self, text: str) -> None:
        """Why the command failed: said whatever ``--quiet`` says."""
        if not self.is_json:
            self._aside(self._styled("error: ", "red", sys.stderr) + _visible(text))

    def bar(self) -> Bar:
        """A progress bar: on a terminal, else nothing."""
        shown = sys.stderr.isatty() and not self.is_quiet and not self.is_json and os.environ.get("TERM") != "dumb"
        return Bar(sys.stderr if shown else None)

    def _styled(self, text: str, style: str | None, stream: TextIO) -> str:
        if style is None or not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return text
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m"

    def _aside(self, line: str) -> None:
        # What was printed before stands before it, on a terminal that shows both.
        sys.stdout.flush()
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _visible(text: str) -> str:
    """A router's words: lines and tabs stay, what else could move a cursor does not."""
    return "".join(letter if letter in "\n\t" else clean(letter) for letter in text)


class Bar:
    """A progress bar on one line, erased at its end. Without a stream it is silent.

    >>> with Bar(None) as bar:
    ...     bar.show("fetching net", 10, 100)
    """

    #: Between two drawings, in seconds.
    INTERVAL = 0.1

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._drawn = float("-inf")

    @property
    def is_shown(self) -> bool:
        """Whether anybody sees it."""
        return self._stream is not None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()

    def show(self, text: str, done: int | None = None, total: int | None = None) -> None:
        """How far it is. May be called from any thread, as often as anybody likes."""
        if self._stream is None:
            return
        import time

        now = time.monotonic()
        if now - self._drawn < self.INTERVAL:
            return
        self._drawn = now
        import shutil

        columns = shutil.get_terminal_size().columns - 1
        line = clean(text)
        if done is not None and total:
            size = max(10, columns - 40)
            filled = min(size, size * done // total)
            line = f"{line:24.24} [{'#' * filled}{' ' * (size - filled)}] {min(100, 100 * done // total):3}%"
        elif done is not None:
            line = f"{line:24.24} {done / 1e6:.1f} MB"
        self._stream.write("\r\x1b[2K" + line[:columns])
        self._stream.flush()


def ask(question: str, *, read: Callable[[str], str] = input) -> bool:
    """Whether a person says yes. Only ``y`` and ``yes`` are yes."""
    sys.stdout.flush()
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    try:
        return read("").strip().lower() in ("y", "yes")
    except EOFError:
        return False
