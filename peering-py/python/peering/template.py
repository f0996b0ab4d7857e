"""Jinja2 templates over the models: Peering Manager's templates render as they are.

An :class:`Engine` holds templates by name and renders one of them with a :class:`RenderContext`. A template sees models and
nothing else: no network, no clock, no disk. An unknown name is an error, not an empty string, and an error is a
:class:`~peering.exceptions.TemplateError` with template and line, never text that looks like a configuration.

Names and descriptions were written by strangers: every string that ``{{ … }}`` emits passes the :class:`Escape` policy of
the platform, and can neither begin a new line nor carry what the platform would take as an instruction. The crate's page on
templates (``peering_core::template``) has the table of filters, and of what is refused or differs from Peering Manager.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peering import _native
from peering._compat import Compat
from peering._operation import finish
from peering._record import Record, record, shape_of
from peering.exceptions import OptionsError, TemplateError, TemplateErrorKind
from peering.model import Contact, Network

if TYPE_CHECKING:
    from peering.model import Meeting, Template

__all__ = [
    "Compat",
    "Email",
    "Engine",
    "Escape",
    "Finding",
    "FindingKind",
    "Options",
    "RenderContext",
    "TemplateError",
    "TemplateErrorKind",
    "Whitespace",
]


class Escape(Enum):
    """How the strings that a template emits are made harmless, by platform.

    >>> Escape.for_driver("eos")
    <Escape.ARISTA_EOS: 'arista_eos'>
    >>> Escape.FRR.guard("Evil\\nrouter bgp 1")
    'Evil router bgp 1'
    """

    #: Line-oriented text of no particular platform; right for e-mail.
    PLAIN = "plain"
    #: JSON documents; write the quotes in the template.
    JSON = "json"
    #: No guard at all, as Jinja2 emits: for comparing results with those of other programs. Never for a router.
    UNGUARDED = "unguarded"
    #: Arista EOS.
    ARISTA_EOS = "arista_eos"
    #: BIRD.
    BIRD = "bird"
    #: Cisco IOS and IOS-XE.
    CISCO_IOS = "cisco_ios"
    #: Cisco IOS-XR.
    CISCO_IOSXR = "cisco_iosxr"
    #: Cisco NX-OS.
    CISCO_NXOS = "cisco_nxos"
    #: FRRouting.
    FRR = "frr"
    #: Junos.
    JUNIPER_JUNOS = "juniper_junos"
    #: MikroTik RouterOS.
    MIKROTIK_ROUTEROS = "mikrotik_routeros"
    #: Nokia SR Linux.
    NOKIA_SRLINUX = "nokia_srlinux"
    #: Nokia SR OS.
    NOKIA_SROS = "nokia_sros"
    #: OpenBGPD.
    OPENBGPD = "openbgpd"
    #: VyOS.
    VYOS = "vyos"

    @classmethod
    def for_driver(cls, driver: str) -> Escape:
        """The policy for what a driver of this name renders, also by NAPALM's name of it; ``PLAIN`` for one without its own."""
        return cls(_native.escape_for_driver(driver))

    def guard(self, text: str) -> str:
        """The text as it may be emitted."""
        return _native.escape_guard(self.value, text)

    def can_express(self, password: str) -> bool:
        """Whether a password can be written on this platform. Passwords are emitted unchanged, or refused."""
        return _native.escape_can_express(self.value, password)


@record()
class Whitespace(Record):
    """How the white space around tags is read.

    >>> Whitespace(trim_blocks=True).lstrip_blocks
    False
    """

    #: Whether the line end after a block tag is dropped (Jinja2's ``trim_blocks``).
    trim_blocks: bool = False
    #: Whether blanks before a block tag are dropped (Jinja2's ``lstrip_blocks``).
    lstrip_blocks: bool = False
    #: Whether the line end at the end of a template is kept; Jinja2 drops it.
    keep_trailing_newline: bool = False


@record()
class Options(Record):
    """How templates are read and how far they may go.

    >>> Options(compat=Compat.PEERING_MANAGER).whitespace
    Whitespace(trim_blocks=False, lstrip_blocks=False, keep_trailing_newline=False)
    """

    #: Whose rules apply: ours, or Peering Manager's to the letter, for comparing.
    compat: Compat = Compat.STRICT
    #: The white space of templates that are added without their own.
    whitespace: Whitespace = Whitespace()
    #: The number of steps after which a rendering is given up.
    fuel: int = 200_000_000
    #: The number of bytes after which a result is given up.
    longest_output: int = 256 << 20


_USUAL = Options()


class FindingKind(Enum):
    """What sort of thing a :class:`Finding` is.

    >>> FindingKind("unknown-attribute") is FindingKind.UNKNOWN_ATTRIBUTE
    True
    """

    #: The template cannot be read or rendered; :attr:`Finding.reason` says why.
    ERROR = "error"
    #: A variable that no template is given.
    UNKNOWN_VARIABLE = "unknown-variable"
    #: An attribute that the model does not have.
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    #: A method that the model does not have.
    UNKNOWN_METHOD = "unknown-method"
    #: A template that is named and not there.
    MISSING_TEMPLATE = "missing-template"
    #: An include or import that has no effect.
    UNUSED_INCLUDE = "unused-include"
    #: Something that would be written as a value of Python's, such as a list or ``None``.
    SUSPICIOUS_OUTPUT = "suspicious-output"
    #: Anything else.
    OTHER = "other"


@record()
class Finding(Record):
    """Something in a template that deserves a look.

    >>> print(Finding(template="main", line=3, kind=FindingKind.OTHER, message="a word nobody means"))
    main:3: a word nobody means
    """

    #: The template that it is in.
    template: str
    #: The line in its source, counted from 1, where one is to blame.
    line: int | None = None
    #: What sort of thing it is.
    kind: FindingKind
    #: What is wrong, and what to do.
    message: str
    #: Why the template fails, if it does.
    reason: TemplateErrorKind | None = None

    def __str__(self) -> str:
        place = self.template if self.line is None else f"{self.template}:{self.line}"
        return f"{place}: {self.message}"


def _models(network: Network | Mapping[str, Any]) -> _native.Network:
    return network.__native__ if isinstance(network, Network) else _native.Network(network)


class RenderContext:
    """What a template is given: the models as one router, one exchange or one peer sees them.

    A context does not change; what adds something gives another one. Passwords are in it, in clear, and never show.

    >>> network = {
    ...     "autonomous_systems": [{"asn": 64500, "name": "Ours", "affiliated": True}],
    ...     "routers": [{"name": "r1", "hostname": "r1.example.net", "local_autonomous_system": 64500}],
    ... }
    >>> context = RenderContext.for_router(network, "r1").having(motd="Hello")
    >>> engine = Engine(Escape.PLAIN)
    >>> engine.add("banner", "{{ motd }} from {{ router.hostname }} of {{ local_as.asn }}")
    >>> engine.render("banner", context)
    'Hello from r1.example.net of 64500'
    """

    __slots__ = ("_inner",)

    def __init__(self) -> None:
        """A context without models: only what :meth:`having` adds."""
        self._inner = _native.RenderContext()

    @classmethod
    def _of(cls, inner: _native.RenderContext) -> RenderContext:
        made = cls.__new__(cls)
        made._inner = inner
        return made

    @classmethod
    def for_router(cls, network: Network | Mapping[str, Any], router: str) -> RenderContext:
        """Everything on one router: ``router``, ``local_as``, ``internet_exchange_points``, ``bgp_groups``,
        ``autonomous_systems``, ``routing_policies`` and ``communities``.

        Raises :class:`~peering.exceptions.NotFoundError` if the network holds no such router, or not the router's own
        autonomous system.
        """
        return cls._of(_native.RenderContext.for_router(_models(network), router, None))

    @classmethod
    def for_exchange(cls, network: Network | Mapping[str, Any], router: str, exchange: str) -> RenderContext:
        """One exchange, by its slug, on one router: ``internet_exchange_points`` holds this one only, and so do the sessions."""
        return cls._of(_native.RenderContext.for_router(_models(network), router, exchange))

    @classmethod
    def for_peer(cls, network: Network | Mapping[str, Any], asn: int) -> RenderContext:
        """A message to a peer: ``autonomous_system`` is the peer, ``affiliated_autonomous_systems`` are ours."""
        return cls._of(_native.RenderContext.for_peer(_models(network), asn))

    def having(self, variables: Mapping[str, Any] | None = None, /, **named: Any) -> RenderContext:
        """This with variables of one's own: whatever JSON can say, records, addresses, times. Their strings are guarded like
        all others. A :class:`~peering.Secret` is refused: passwords are in the network.
        """
        return self._of(self._inner.having({**(variables or {}), **named}))

    def with_meeting(self, ours: int, theirs: int, meeting: Meeting | Mapping[str, Any]) -> RenderContext:
        """This with where two autonomous systems meet: what ``shared_ixps`` and ``missing_sessions`` answer from."""
        return self._of(self._inner.with_meeting(ours, theirs, meeting))

    def at(self, now: datetime) -> RenderContext:
        """This with the instant that ``now()`` gives; without it, that of the context's making."""
        return self._of(self._inner.at(now))

    @property
    def driver(self) -> str | None:
        """The name of the driver that talks to the router, if its platform is known."""
        return self._inner.driver

    def __repr__(self) -> str:
        return f"<RenderContext for {self.driver}>" if self.driver else "<RenderContext>"


@record()
class Email(Record):
    """A message that can be sent. Sending is somebody else's business.

    >>> Email(subject="Hello", body="Shall we peer?").recipients
    ()
    """

    #: One line, without control characters: it can stand in a header.
    subject: str
    #: The text.
    body: str
    #: Whom to send it to: in the order of the roles asked for, each address once.
    recipients: tuple[Contact, ...] = ()


class Engine:
    """A set of templates for one platform. Many threads may render from it at once.

    The platform is an :class:`Escape`, or a driver's name, ours or NAPALM's.

    >>> engine = Engine("frr")
    >>> engine.add("name", "description {{ name }}")
    >>> engine.render("name", RenderContext().having(name="Evil\\nrouter bgp 1"))
    'description Evil router bgp 1'
    >>> try:
    ...     engine.add("wrong", "line one\\n{{ name | nonsense }}")
    ... except TemplateError as error:
    ...     print(error.template, error.line, error.reason.value)
    wrong 2 unknown-filter
    """

    __slots__ = ("_escape", "_inner", "_options")

    def __init__(self, escape: Escape | str, options: Options = _USUAL) -> None:
        self._escape = escape if isinstance(escape, Escape) else _policy(escape)
        self._options = options
        self._inner = _native.Engine(self._escape.value, options)

    @classmethod
    def with_templates(
        cls,
        escape: Escape | str,
        network: Network | Mapping[str, Any],
        options: Options = _USUAL,
    ) -> Engine:
        """An engine with all templates of a network, named ``configuration::NAME``, ``email::NAME`` and
        ``exporttemplate::NAME``, or with their number in place of the name.
        """
        engine = cls(escape, options)
        templates = network.get("templates", ()) if isinstance(network, Mapping) else network.templates
        for template in templates:
            engine.add_template(template)
        return engine

    @property
    def escape(self) -> Escape:
        """The policy by which strings are guarded."""
        return self._escape

    @property
    def options(self) -> Options:
        """How templates are read."""
        return self._options

    @property
    def names(self) -> list[str]:
        """The templates' names, in order."""
        return self._inner.names()

    def add(self, name: str, source: str, whitespace: Whitespace | None = None) -> None:
        """Adds a template, or replaces the one of that name; with white space of its own, if that is given.

        Raises :class:`~peering.exceptions.TemplateError` if it is not a template, or uses what cannot be had.
        """
        self._inner.add(name, source, whitespace)

    def add_template(self, template: Template | Mapping[str, Any]) -> None:
        """Adds a template of a network under its key, and under its number if it has one. An e-mail's subject goes with it."""
        self._inner.add_template(template)

    def add_directory(self, directory: str | Path) -> int:
        """Adds every file below a directory that ends in ``.j2``, ``.jinja`` or ``.jinja2``, named by its path from there with
        ``/``. Gives the number of templates added.

        Raises :class:`~peering.exceptions.StorageError` if something cannot be read.
        """
        added: int = self._inner.add_directory(directory).wait()
        return added

    async def add_directory_async(self, directory: str | Path) -> int:
        """As :meth:`add_directory`, awaited."""
        added: int = await finish(self._inner.add_directory(directory))
        return added

    def render(self, name: str, context: RenderContext) -> str:
        """Renders a template, with the interpreter released.

        Raises :class:`~peering.exceptions.TemplateError` for anything undefined, a failing filter, a password that the
        platform cannot express, a line that is too long, or too much work;
        :class:`~peering.exceptions.NotFoundError` if there is no such template;
        :class:`~peering.exceptions.OptionsError` if the engine guards for another platform than the router's.
        """
        text: str = self._inner.render(name, context._inner).wait()
        return text

    async def render_async(self, name: str, context: RenderContext) -> str:
        """As :meth:`render`, awaited."""
        text: str = await finish(self._inner.render(name, context._inner))
        return text

    def _email(
        self, name: str, context: RenderContext, roles: Sequence[str], known: Iterable[Any]
    ) -> _native.Operation:
        return self._inner.render_email(name, context._inner, list(roles), list(known), shape_of(Email))

    def render_email(
        self,
        name: str,
        context: RenderContext,
        roles: Sequence[str] = (),
        known: Iterable[Contact | Mapping[str, Any]] = (),
    ) -> Email:
        """Renders an e-mail template (``email::NAME``, or just its name) for a peer: subject, body, and the peer's contacts
        in these roles; without roles, all that have an address. ``known`` adds contacts that are not in the network.

        Raises as :meth:`render`, and :class:`~peering.exceptions.OptionsError` if the context is not
        :meth:`for a peer <RenderContext.for_peer>`.
        """
        email: Email = self._email(name, context, roles, known).wait()
        return email

    async def render_email_async(
        self,
        name: str,
        context: RenderContext,
        roles: Sequence[str] = (),
        known: Iterable[Contact | Mapping[str, Any]] = (),
    ) -> Email:
        """As :meth:`render_email`, awaited."""
        email: Email = await finish(self._email(name, context, roles, known))
        return email

    def _check(self, name: str, context: RenderContext | None) -> _native.Operation:
        inner = None if context is None else context._inner
        return self._inner.check(name, inner, shape_of(tuple[Finding, ...]))

    def check(self, name: str, context: RenderContext | None = None) -> list[Finding]:
        """Looks at a template and at all that it includes, against the models' attributes; with a context also at what it
        writes. A rendering that fails is a finding. Nothing found is no proof.
        """
        return list(self._check(name, context).wait())

    async def check_async(self, name: str, context: RenderContext | None = None) -> list[Finding]:
        """As :meth:`check`, awaited."""
        return list(await finish(self._check(name, context)))

    def apply_filter(self, filter: str, /, *arguments: Any, **named: Any) -> Any:
        """Applies one filter to plain values, as a template would: ``engine.apply_filter("mac", "00-1B-77-49-54-FD", "cisco")``.

        Raises :class:`~peering.exceptions.TemplateError` if there is no such filter or it fails.
        """
        return self._inner.apply_filter(filter, arguments, named, shape_of(Any))

    def __repr__(self) -> str:
        return f"<Engine for {self._escape.value} with {len(self.names)} templates>"


def _policy(driver: str) -> Escape:
    """The policy of a driver that is known: a slip of the pen must not switch a platform's guard off."""
    known = {escape.value: escape for escape in Escape}
    escape = known.get(driver) or Escape.for_driver(driver)
    if escape is Escape.PLAIN and driver != Escape.PLAIN.value:
        raise OptionsError(f"no policy for the driver {driver!r}; give Escape.PLAIN if its language is like no other")
    return escape
