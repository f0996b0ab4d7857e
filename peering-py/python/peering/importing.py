"""Networks taken over from other systems, with an account of what could not be.

:func:`import_peering_manager` makes a :class:`~peering.model.Network` of what Peering Manager's REST API gave: recorded into
a directory, put in one by one, or fetched by a :class:`Server`. Nothing is left out without a line in the report. It is no
way to keep two systems in step: an import makes a new network.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from peering import _native
from peering._operation import finish
from peering._record import Record, record, shape_of
from peering._secret import Secret
from peering.model import Network, Problem

__all__ = [
    "Answers",
    "Import",
    "Line",
    "LineKind",
    "Report",
    "Server",
    "import_peering_manager",
    "import_peering_manager_async",
]


class LineKind(Enum):
    """What a :class:`Line` of a report is about.

    >>> LineKind("no-counterpart") is LineKind.NO_COUNTERPART
    True
    """

    #: It has no counterpart in a network.
    NO_COUNTERPART = "no-counterpart"
    #: The field is not known to this version.
    UNKNOWN = "unknown"
    #: Its value could not be read, so it was left out.
    UNREADABLE = "unreadable"
    #: It refers to something that is not among the answers, or part of the answers is missing.
    MISSING = "missing"
    #: It got another key, because its own was taken or it had none.
    RENAMED = "renamed"
    #: It was made from what others say of it, or from an older form.
    MADE = "made"
    #: The API does not show it.
    WITHHELD = "withheld"
    #: It follows from the rest, or is about that system itself.
    DERIVED = "derived"


@record()
class Line(Record):
    """Something that did not become part of the network as it was.

    >>> print(Line(kind=LineKind.UNKNOWN, endpoint="devices/routers", record=3, field="mood", message="is not known here"))
    devices/routers 3: mood: is not known here
    """

    #: What kind of thing it is.
    kind: LineKind
    #: The endpoint, e.g. ``peering/autonomous-systems``; ``*`` for all of them.
    endpoint: str
    #: The record's number there, if it is about one.
    record: int | None = None
    #: The field, if it is about one.
    field: str | None = None
    #: What was done, and why. It never holds a password.
    message: str

    def __str__(self) -> str:
        place = self.endpoint if self.record is None else f"{self.endpoint} {self.record}"
        return ": ".join(part for part in (place, self.field, self.message) if part is not None)


@record()
class Report(Record):
    """What an import took over, and what it did not.

    >>> Report(lines=(Line(kind=LineKind.MADE, endpoint="*", message="made up"),)).of(LineKind.MADE)[0].message
    'made up'
    """

    #: How many records of each endpoint became part of the network.
    imported: Mapping[str, int] = dataclasses.field(default_factory=dict)
    #: Everything else, in the order in which it was met.
    lines: tuple[Line, ...] = ()
    #: Why the network is not sound; nothing, if it is.
    problems: tuple[Problem, ...] = ()

    def of(self, kind: LineKind) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line.kind is kind]


@dataclasses.dataclass(frozen=True, slots=True)
class Import:
    """A network, and what is to be known about how it came about. It unpacks into the two.

    >>> network, report = import_peering_manager(Answers())
    >>> sorted(report.imported)
    []
    """

    #: The network. If the report has problems, it is not sound.
    network: Network
    #: Everything that is not in it, and why.
    report: Report

    def __iter__(self) -> Iterator[Any]:
        return iter((self.network, self.report))


class Answers:
    """What the API of a Peering Manager gave, by endpoint.

    In a directory, each endpoint is a file such as ``peering/autonomous-systems.json``; further pages are
    ``peering/autonomous-systems.2.json`` and so on.

    >>> answers = Answers({"peering/autonomous-systems": [{"id": 7, "asn": 64500, "name": "Ours", "mood": "fine"}]})
    >>> "peering/autonomous-systems" in answers
    True
    >>> print(import_peering_manager(answers).report.of(LineKind.UNKNOWN)[0])
    peering/autonomous-systems: mood: is not known here (in 1 record, e.g. 7)
    """

    __slots__ = ("_inner",)

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self._inner = _native.PeeringManagerAnswers()
        for endpoint, answer in (answers or {}).items():
            self.add(endpoint, answer)

    @classmethod
    def _of(cls, inner: _native.PeeringManagerAnswers) -> Answers:
        made = cls.__new__(cls)
        made._inner = inner
        return made

    @classmethod
    def from_directory(cls, directory: str | Path) -> Answers:
        """Reads all answers below a directory.

        Raises :class:`~peering.exceptions.StorageError` if something cannot be read, and
        :class:`~peering.exceptions.ParseError` with the file's name if it is no answer.
        """
        return cls._of(_native.PeeringManagerAnswers.from_dir(directory).wait())

    @classmethod
    async def from_directory_async(cls, directory: str | Path) -> Answers:
        """As :meth:`from_directory`, awaited."""
        return cls._of(await finish(_native.PeeringManagerAnswers.from_dir(directory)))

    def add(self, endpoint: str, answer: Any) -> None:
        """Takes in one answer, as text or as what ``json.loads`` makes of it: a page, a bare list of records, or one record.

        Raises :class:`~peering.exceptions.ParseError` if it is none of these; then it has not been taken in.
        """
        self._inner.add(endpoint, answer if isinstance(answer, str) else json.dumps(answer))

    def __contains__(self, endpoint: object) -> bool:
        return isinstance(endpoint, str) and self._inner.has(endpoint)


@record()
class Server(Record):
    """Where a Peering Manager is, and how it is asked.

    Further pages are taken from the same server only, and redirects are not followed, so that nobody else gets the token.

    >>> Server(base_url="https://peering.example.net", token="0123456789abcdef").token
    Secret(…)
    """

    #: Its address, without ``/api/``.
    base_url: str
    #: A token of its API. Reading is all that it must allow.
    token: Secret
    #: Longest wait for a connection.
    connect_timeout: timedelta = timedelta(seconds=10)
    #: Longest time for one answer as a whole.
    timeout: timedelta = timedelta(seconds=120)
    #: How much time may be spent waiting before new attempts, for each answer.
    retry_budget: timedelta = timedelta(seconds=60)
    #: How many records to ask for at a time. The server has a bound of its own.
    page_size: int = 500
    #: The most bytes of one answer.
    max_answer: int = 256 << 20

    def fetch(self) -> Answers:
        """Asks for every list that can become part of a network, and for the sizes of those that cannot.

        Raises :class:`~peering.exceptions.AuthError` if the token is not accepted or may not read something,
        :class:`~peering.exceptions.NotFoundError` if there is no such API, and as any HTTP client.
        """
        return Answers._of(_native.PeeringManagerAnswers.fetch(self).wait())

    async def fetch_async(self) -> Answers:
        """As :meth:`fetch`, awaited."""
        return Answers._of(await finish(_native.PeeringManagerAnswers.fetch(self)))


def import_peering_manager(answers: Answers) -> Import:
    """Makes a network of what a Peering Manager's API gave.

    >>> answers = Answers()
    >>> answers.add("peering/autonomous-systems", [{"id": 7, "asn": 64500, "name": "Ours", "affiliated": True}])
    >>> imported = import_peering_manager(answers)
    >>> imported.network.autonomous_systems[0].name, imported.report.problems
    ('Ours', ())
    """
    return Import(*answers._inner.import_network(shape_of(Network), shape_of(Report)).wait())


async def import_peering_manager_async(answers: Answers) -> Import:
    """As :func:`import_peering_manager`, awaited.

    >>> import asyncio
    >>> asyncio.run(import_peering_manager_async(Answers())).network == Network()
    True
    """
    return Import(*await finish(answers._inner.import_network(shape_of(Network), shape_of(Report))))
