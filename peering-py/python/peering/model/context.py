"""Configuration contexts: values for templates that many objects share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from peering import _native
from peering._record import Record, record, shape_of

__all__ = ["ConfigContext", "ContextAssignment", "ListMerge", "merge"]


@record(brief=True)
class ConfigContext(Record):
    """Values for templates that are assigned to many objects.

    >>> ConfigContext(name="site", data={"ntp": ["192.0.2.1"]}).data["ntp"]
    ['192.0.2.1']
    """

    #: The key by which assignments refer to it; unique in a network.
    name: str
    #: Whether it counts.
    is_active: bool = True
    #: The values.
    data: Mapping[str, Any] = field(default_factory=dict)
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""


@record(brief=True)
class ContextAssignment(Record):
    """That a ConfigContext applies to an object.

    >>> ContextAssignment(context="site").weight
    1000
    """

    #: The context's name.
    context: str
    #: The order in which contexts are merged: lower first, so that higher ones win.
    weight: int = 1000


class ListMerge(Enum):
    """What becomes of two lists under the same name when contexts are merged.

    >>> ListMerge("append") is ListMerge.APPEND
    True
    """

    #: The new list.
    REPLACE = "replace"
    #: The old list.
    KEEP = "keep"
    #: The old one, then the new one.
    APPEND = "append"
    #: The new one, then the old one.
    PREPEND = "prepend"
    #: The old one without what the new one has, then the new one.
    APPEND_REPLACING = "append_rp"
    #: The new one, then the old one without what the new one has.
    PREPEND_REPLACING = "prepend_rp"


def merge(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    recursive: bool = False,
    lists: ListMerge = ListMerge.REPLACE,
) -> dict[str, Any]:
    """Merges new values into old ones, by the rules of Ansible's filter ``combine``.

    A new value replaces an old one, but maps are merged if ``recursive``, and lists as told.

    >>> merge({"a": [1], "b": 2}, {"a": [3]}, lists=ListMerge.APPEND)
    {'a': [1, 3], 'b': 2}
    """
    merged: dict[str, Any] = _native.merge_contexts(old, new, recursive, lists.value, shape_of(Any))
    return merged
