"""Whose rules apply where ours differ from Peering Manager's."""

from __future__ import annotations

from enum import Enum

__all__ = ["Compat"]


class Compat(Enum):
    """Whose rules apply, where ours differ from Peering Manager's.

    >>> Compat("peering-manager") is Compat.PEERING_MANAGER
    True
    """

    #: Ours.
    STRICT = "strict"
    #: Peering Manager's (1.10), including what it gets wrong.
    PEERING_MANAGER = "peering-manager"
