"""Routing registries (IRR): what an operator's AS-SET stands for, as prefixes and AS numbers.

:class:`AsSets` reads the text that operators write into PeeringDB; :class:`Prefixes` holds what the sets in it stand for.
:class:`Bgpq4` looks sets up with the program of that name, and :func:`refresh` does so for a whole network. A set that is
not there is an error, never a list without it; what fails, and what a :class:`Guard` refuses, leaves the last good list where
it is. Rendering a template never looks anything up.
"""

from __future__ import annotations

from peering._compat import Compat
from peering._family import Family
from peering.irr.as_set import SOURCES, AsSet, AsSets, SetFault, SetKind, SetProblem
from peering.irr.guard import (
    EmptyList,
    GrownList,
    Guard,
    Kept,
    LongList,
    Outcome,
    Refusal,
    Settled,
    ShortPrefix,
    ShrunkList,
    Skipped,
    Unchanged,
    Updated,
    settle,
)
from peering.irr.lookup import (
    Bgpq4,
    Found,
    Refreshed,
    RefreshOptions,
    refresh,
    refresh_async,
)
from peering.irr.prefixes import PrefixEntry, Prefixes, aggregated, as_list, parse_as_list, parse_prefixes

__all__ = [
    "SOURCES",
    "AsSet",
    "AsSets",
    "Bgpq4",
    "Compat",
    "EmptyList",
    "Family",
    "Found",
    "GrownList",
    "Guard",
    "Kept",
    "LongList",
    "Outcome",
    "PrefixEntry",
    "Prefixes",
    "RefreshOptions",
    "Refreshed",
    "Refusal",
    "SetFault",
    "SetKind",
    "SetProblem",
    "Settled",
    "ShortPrefix",
    "ShrunkList",
    "Skipped",
    "Unchanged",
    "Updated",
    "aggregated",
    "as_list",
    "parse_as_list",
    "parse_prefixes",
    "refresh",
    "refresh_async",
    "settle",
]
