"""Our routers and what they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import Any

from peering import _native
from peering._record import Record, record
from peering.cipher import PasswordAlgorithm
from peering.model.context import ContextAssignment
from peering.model.status import Status

__all__ = ["Platform", "Router", "Template", "TemplateKind"]


@record(brief=True)
class Router(Record):
    """One of our routers, as the plan knows it. Its credentials are not here but in a
    :class:`~peering.Target`.

    >>> Router(name="r1", hostname="r1.example.net", platform="FRRouting").is_usable
    True
    """

    #: The key by which everything refers to it; unique in a network.
    name: str
    #: Where it is reached: a host name or an address.
    hostname: str
    #: The platform's name.
    platform: str | None = None
    #: Whether it is in use.
    status: Status = Status.ENABLED
    #: The autonomous system of ours that it belongs to.
    local_autonomous_system: int | None = None
    #: Whether passwords are given to templates in the platform's own cipher, too.
    encrypt_passwords: bool = False
    #: Whether the state of its sessions is polled.
    poll_bgp_sessions_state: bool = False
    #: The name of the template that renders its configuration.
    configuration_template: str | None = None
    #: Slugs of the communities of all its sessions.
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

    @property
    def is_usable(self) -> bool:
        """Whether a configuration may be pushed to it: not if it is disabled. Maintenance is no obstacle."""
        return self.status is not Status.DISABLED


@record(brief=True)
class Platform(Record):
    """A kind of router: which driver talks to it, and so which language its configuration is written in.

    >>> Platform(name="Arista EOS", driver="arista_eos").short_name
    'arista-eos'
    """

    #: The key by which routers refer to it, e.g. ``FRRouting``; unique in a network.
    name: str
    #: The driver's name, e.g. ``frr``.
    driver: str
    #: A short name for templates, e.g. ``juniper-junos``; the name in lower case with hyphens, if there is none.
    slug: str | None = None
    #: How the platform hides passwords in its configuration.
    password_algorithm: PasswordAlgorithm | None = None
    #: Its number in the system that it was imported from.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""

    @property
    def short_name(self) -> str:
        """The short name for templates: :attr:`slug`, else the name in lower case with hyphens."""
        return _native.platform_slug(self)


class TemplateKind(Enum):
    """What a Template renders.

    >>> TemplateKind("email") is TemplateKind.EMAIL
    True
    """

    #: A router's configuration.
    CONFIGURATION = "configuration"
    #: An e-mail's subject and body.
    EMAIL = "email"
    #: Text about any part of the network.
    EXPORT = "export"

    @property
    def prefix(self) -> str:
        """What stands before ``::`` in the name by which other templates include one of this kind."""
        return "exporttemplate" if self is TemplateKind.EXPORT else self.value


@record(brief=True)
class Template(Record):
    """A Jinja2 template, as part of the document.

    >>> Template(name="bgp", template="router bgp {{ local_as }}").key
    'configuration::bgp'
    """

    #: The key by which routers and other templates refer to it; unique among the templates of its kind.
    name: str
    #: What it renders.
    kind: TemplateKind = TemplateKind.CONFIGURATION
    #: The source.
    template: str
    #: The source of an e-mail's subject.
    subject: str | None = None
    #: Whether the line end after a block tag is dropped (Jinja2's ``trim_blocks``).
    trim_blocks: bool = False
    #: Whether blanks before a block tag are dropped (Jinja2's ``lstrip_blocks``).
    lstrip_blocks: bool = False
    #: Its number in the system that it was imported from; an include may use it instead of the name.
    id: int | None = None
    #: What the operator has to say about it.
    description: str = ""

    @property
    def key(self) -> str:
        """The name by which other templates include it: its kind, ``::``, its name."""
        return f"{self.kind.prefix}::{self.name}"
