"""Routing policies and BGP communities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import Any

from peering import _native
from peering._compat import Compat
from peering._family import Family
from peering._record import Record, record
from peering.model.context import ContextAssignment

__all__ = ["Community", "CommunityKind", "CommunityType", "RoutingPolicy", "RoutingPolicyType"]


class RoutingPolicyType(Enum):
    """Which direction a RoutingPolicy is for.

    >>> RoutingPolicyType("import-policy") is RoutingPolicyType.IMPORT_POLICY
    True
    """

    #: What we receive.
    IMPORT_POLICY = "import-policy"
    #: What we send.
    EXPORT_POLICY = "export-policy"
    #: Either.
    IMPORT_EXPORT_POLICY = "import-export-policy"


@record(brief=True)
class RoutingPolicy(Record):
    """A routing policy, known by name: what it does is written in the router's language, by a template.

    >>> policy = RoutingPolicy(slug="in4", name="In", type="import-policy", address_family=4)
    >>> policy.type.value, policy.applies_to(Family.IPV6)
    ('import-policy', False)
    """

    #: Its name.
    name: str
    #: The key by which everything refers to it; unique in a network.
    slug: str
    #: Which direction it is for.
    type: RoutingPolicyType = RoutingPolicyType.IMPORT_EXPORT_POLICY
    #: The order within one level: higher first, then by name.
    weight: int = 0
    #: The family it is for; both, if there is none.
    address_family: Family | None = None
    #: Slugs of the communities that it sets or matches.
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

    def applies_to(self, family: Family) -> bool:
        """Whether it is for sessions of this family."""
        return self.address_family is None or self.address_family is family


class CommunityType(Enum):
    """Where a Community is set.

    >>> CommunityType("ingress") is CommunityType.INGRESS
    True
    """

    #: On what we receive.
    INGRESS = "ingress"
    #: On what we send.
    EGRESS = "egress"


class CommunityKind(Enum):
    """What kind of community a value is.

    >>> CommunityKind.LARGE.value
    'large'
    """

    #: RFC 1997: ``A:B``, 16 bits each.
    STANDARD = "standard"
    #: RFC 4360: ``origin:A:N`` or ``target:A:N``, A a number or an IPv4 address.
    EXTENDED = "extended"
    #: RFC 8092: ``A:B:C``, 32 bits each.
    LARGE = "large"


@record(brief=True)
class Community(Record):
    """A BGP community: standard (RFC 1997), extended (RFC 4360) or large (RFC 8092).

    >>> Community(slug="no", name="No", value="64500:0:99").kind
    <CommunityKind.LARGE: 'large'>
    >>> Community.kind_of("64500") is None
    True
    """

    #: Its name.
    name: str
    #: The key by which everything refers to it; unique in a network.
    slug: str
    #: The value: ``64500:1``, ``target:64500:7`` or ``64500:0:99``; see :meth:`kind_of`.
    value: str
    #: Where it is set, if that matters.
    type: CommunityType | None = None
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

    @property
    def kind(self) -> CommunityKind | None:
        """What kind of community it is; ``None`` if the value is none."""
        return Community.kind_of(self.value)

    @staticmethod
    def kind_of(value: str, *, compat: Compat = Compat.STRICT) -> CommunityKind | None:
        """What kind of community a value is; ``None`` if it is none.

        Peering Manager refuses a first number of 0, and 0 as an extended community's last number. Both are in use:
        route servers take ``0:64500`` as "not to AS64500".
        """
        found = _native.community_kind(value, compat.value)
        return None if found is None else CommunityKind(found)
