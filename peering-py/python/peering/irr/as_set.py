"""The text in which an operator says which sets describe its routes, and the sets in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from peering import _native
from peering._compat import Compat
from peering._family import Family
from peering._record import Record, record, shape_of

__all__ = ["SOURCES", "AsSet", "AsSets", "SetFault", "SetKind", "SetProblem"]

#: The registries that are asked unless told otherwise, in the order in which their words count.
SOURCES: tuple[str, ...] = (
    "RPKI",
    "RIPE",
    "ARIN",
    "APNIC",
    "AFRINIC",
    "LACNIC",
    "RIPE-NONAUTH",
    "RADB",
    "ALTDB",
    "NTTCOM",
    "LEVEL3",
    "TC",
)


class SetKind(Enum):
    """What kind of object a name stands for (RFC 2622, section 5).

    >>> AsSet.parse("AS64500:RS-LAN").check()
    <SetKind.ROUTE_SET: 'route-set'>
    """

    #: A set of autonomous systems: a part of the name begins with ``AS-``.
    AS_SET = "as-set"
    #: A set of routes: a part of the name begins with ``RS-``.
    ROUTE_SET = "route-set"
    #: One autonomous system.
    ASN = "asn"


class SetFault(Enum):
    """Why a piece of text is no set.

    >>> AsSet(name="AS-ANY").fault
    <SetFault.EVERYBODY: 'everybody'>
    """

    #: It does not have the form of a name.
    FORM = "form"
    #: It stands for every network there is, or for whoever asks.
    EVERYBODY = "everybody"
    #: What should be a registry does not have the form of one's name.
    SOURCE = "source"
    #: It mixes as-sets and route-sets in one name.
    MIXED = "mixed"
    #: It is longer than what can be looked up.
    LENGTH = "length"


@record()
class AsSet(Record):
    """An as-set, a route-set or a bare AS number, and where it is to be looked up.

    One that was parsed holds upper-case letters, digits, ``-``, ``_`` and ``:`` only, and begins with a letter; so it can
    stand on a command line. One that was not is checked before it is used.

    >>> print(AsSet.parse("as64500:as-customers@ripe"))
    RIPE::AS64500:AS-CUSTOMERS
    """

    #: The registry that the operator named; any of those asked, if there is none.
    source: str | None = None
    #: The name, e.g. ``AS-EXAMPLE``, ``AS64500:AS-CUSTOMERS``, ``RS-EXAMPLE`` or ``AS64500``.
    name: str
    #: The one family that it is meant for, where the operator wrote ``ipv4:`` or ``ipv6:`` before it.
    family: Family | None = None

    @classmethod
    def parse(cls, text: str) -> AsSet:
        """One set. Raises :class:`~peering.exceptions.ParseError` if the text is none."""
        parsed: AsSet = _native.irr_parse_set(text, shape_of(AsSet))
        return parsed

    @property
    def fault(self) -> SetFault | None:
        """Why it may not be looked up, by the rules of RFC 2622; ``None`` if it may. ``AS-ANY`` and its like may not."""
        fault: SetFault | None = self._checked()[1]
        return fault

    def check(self) -> SetKind:
        """What it is. Raises :class:`~peering.exceptions.OptionsError` if it may not be looked up."""
        kind, _, message = self._checked()
        if kind is None:
            from peering.exceptions import OptionsError

            raise OptionsError(f"{self.name!r} {message}")
        found: SetKind = kind
        return found

    def _checked(self) -> tuple[SetKind | None, SetFault | None, str | None]:
        return _native.irr_check_set(self, shape_of(SetKind), shape_of(SetFault))

    def __str__(self) -> str:
        return _native.irr_set_text(self)


@record()
class SetProblem(Record):
    """A piece of an operator's text that could not be understood.

    >>> print(AsSets.parse(64500, "see-website").problems[0].text)
    see-website
    """

    #: The piece, cut short. A stranger wrote it.
    text: str
    #: What is wrong with it.
    message: str

    def __str__(self) -> str:
        return f"{self.text!r} {self.message}"


@record()
class AsSets(Record):
    """The sets in an operator's text, in its order and each once, and what in it is none.

    >>> read = AsSets.parse(64500, "RIPE::AS-ONE, AS-TWO@ARIN, none")
    >>> [str(one) for one in read.sets]
    ['RIPE::AS-ONE', 'ARIN::AS-TWO']
    >>> read.problems[0].text
    'none'
    """

    #: The sets.
    sets: Sequence[AsSet] = ()
    #: What is none. By Peering Manager's rules there are no problems: it takes anything for a set.
    problems: Sequence[SetProblem] = ()

    @classmethod
    def parse(
        cls,
        asn: int,
        text: str | None,
        compat: Compat = Compat.STRICT,
        sources: Iterable[str] = SOURCES,
    ) -> AsSets:
        """Reads PeeringDB's ``irr_as_set``. Sets stand between blanks, ``/``, ``,``, ``;`` and ``&``; text without any stands
        for the autonomous system itself. ``sources`` are for Peering Manager's rules, which know no other registries.
        """
        options = {"compat": compat, "sources": list(sources)}
        parsed: AsSets = _native.irr_parse(asn, text or "", options, shape_of(AsSets))
        return parsed

    def of_family(self, asn: int, family: Family) -> list[AsSet]:
        """The sets that are meant for a family; the autonomous system itself, if all are meant for the other one."""
        return list(_native.irr_of_family(self, asn, family, shape_of(tuple[AsSet, ...])))
