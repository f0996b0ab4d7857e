"""Groups of direct sessions, and what they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from peering._record import Record, record
from peering.model.context import ContextAssignment
from peering.model.status import Status

__all__ = ["BgpGroup", "Relationship", "Tag"]


@record(brief=True)
class BgpGroup(Record):
    """Direct sessions that have policies, communities and a status in common.

    >>> BgpGroup(slug="transit", name="Transit").status.value
    'enabled'
    """

    #: Its name.
    name: str
    #: The key by which sessions refer to it; unique in a network.
    slug: str
    #: Whether it is in use.
    status: Status = Status.ENABLED
    #: Slugs of the policies for what its sessions receive.
    import_routing_policies: Sequence[str] = ()
    #: Slugs of the policies for what its sessions send.
    export_routing_policies: Sequence[str] = ()
    #: Slugs of the communities of its sessions.
    communities: Sequence[str] = ()
    #: Slugs of its tags.
    tags: Sequence[str] = ()
    #: The contexts that apply to it.
    config_contexts: Sequence[ContextAssignment] = ()
    #: Values of its own for templates, over those of its contexts.
    local_context_data: Mapping[str, Any] = field(default_factory=dict)
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""
    #: Longer notes of the operator's.
    comments: str = ""


@record(brief=True)
class Relationship(Record):
    """What a direct session is for, e.g. transit or private peering.

    >>> Relationship(slug="transit", name="Transit Provider").name
    'Transit Provider'
    """

    #: Its name, e.g. ``Transit Provider``.
    name: str
    #: The key by which sessions refer to it; unique in a network.
    slug: str
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""


@record(brief=True)
class Tag(Record):
    """A label. A tag may be used without an entry; then its name is its slug.

    >>> Tag(slug="core", name="Core")
    Tag(name='Core', slug='core')
    """

    #: Its name.
    name: str
    #: The key by which everything refers to it; unique in a network.
    slug: str
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""
