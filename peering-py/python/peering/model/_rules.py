"""What takes several parts of a network to say: asked of the compiled half, which has an index for every key."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_interface
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from peering import _native
from peering._compat import Compat
from peering._record import Address, Interface, Record, shape_of
from peering._secret import Secret
from peering.model.session import DirectSession, InternetExchangeSession, Session
from peering.model.status import SessionStatus, Status

if TYPE_CHECKING:
    from peering.model.autonomous_system import AutonomousSystem
    from peering.model.bfd import Bfd
    from peering.model.context import ConfigContext, ContextAssignment
    from peering.model.exchange import Connection, InternetExchange
    from peering.model.group import BgpGroup, Relationship
    from peering.model.policy import Community, RoutingPolicy
    from peering.model.router import Platform, Router

__all__ = ["HasContext", "Rules"]


class HasContext(Protocol):
    """What contexts are assigned to: every part of a network that has ``config_contexts``."""

    @property
    def config_contexts(self) -> Sequence[ContextAssignment]:
        """The contexts that apply to it."""
        ...

    @property
    def local_context_data(self) -> Mapping[str, Any]:
        """Values of its own, over those of its contexts."""
        ...


#: How a class of records is read at once, what its fields are called in a document, and what they hold if nothing is said.
_READING: dict[type[Record], tuple[Callable[[Any], tuple[Any, ...]], tuple[str, ...], tuple[Any, ...]]] = {}


def said(rows: Sequence[Record]) -> list[dict[str, Any]]:
    """The fields of records that are not at their defaults, which are the core's as well: most are, and need not cross over."""
    return [_of_one(row) for row in rows]


def _of_one(row: Record) -> dict[str, Any]:
    kind = type(row)
    reading = _READING.get(kind)
    if reading is None:
        fields = dataclasses.fields(kind)  # type: ignore[arg-type]
        defaults = tuple(field.default for field in fields)
        reading = _READING[kind] = attrgetter(*(field.name for field in fields)), kind.__record_keys__, defaults
    read, keys, defaults = reading
    return {key: value for key, value, usual in zip(keys, read(row), defaults, strict=True) if value is not usual}


class Rules(Record):
    """The look-ups and rules of a :class:`~peering.model.Network`, Peering Manager's unless the core's page on models says otherwise.

    They go by the network as it is, made ready at the first question. Where a key occurs twice, which ``validate`` reports,
    the first counts.

    >>> from peering import Network
    >>> Network().router("r1") is None
    True
    """

    __slots__ = ("_handle",)
    _handle: _native.Network

    if TYPE_CHECKING:
        autonomous_systems: Sequence[AutonomousSystem]
        bgp_groups: Sequence[BgpGroup]
        internet_exchanges: Sequence[InternetExchange]
        connections: Sequence[Connection]
        internet_exchange_sessions: Sequence[InternetExchangeSession]
        direct_sessions: Sequence[DirectSession]
        routing_policies: Sequence[RoutingPolicy]
        communities: Sequence[Community]
        relationships: Sequence[Relationship]
        bfds: Sequence[Bfd]
        routers: Sequence[Router]
        platforms: Sequence[Platform]
        config_contexts: Sequence[ConfigContext]

    @property
    def __native__(self) -> _native.Network:
        """The network as the compiled half has it; a record never changes, so it is made once."""
        try:
            return self._handle
        except AttributeError:
            handle = _native.Network({name: said(getattr(self, name)) for name in self.__record_fields__})
            object.__setattr__(self, "_handle", handle)
            return handle

    def _find(self, rows: str, key: str | int) -> Any:
        place = self.__native__.find(rows, key)
        return None if place is None else getattr(self, rows)[place]

    def autonomous_system(self, asn: int) -> AutonomousSystem | None:
        """The autonomous system with this number."""
        found: AutonomousSystem | None = self._find("autonomous_systems", asn)
        return found

    def bgp_group(self, slug: str) -> BgpGroup | None:
        """The group with this slug."""
        found: BgpGroup | None = self._find("bgp_groups", slug)
        return found

    def internet_exchange(self, slug: str) -> InternetExchange | None:
        """The exchange with this slug."""
        found: InternetExchange | None = self._find("internet_exchanges", slug)
        return found

    def connection(self, name: str) -> Connection | None:
        """The connection with this name."""
        found: Connection | None = self._find("connections", name)
        return found

    def routing_policy(self, slug: str) -> RoutingPolicy | None:
        """The policy with this slug."""
        found: RoutingPolicy | None = self._find("routing_policies", slug)
        return found

    def community(self, slug: str) -> Community | None:
        """The community with this slug."""
        found: Community | None = self._find("communities", slug)
        return found

    def relationship(self, slug: str) -> Relationship | None:
        """The relationship with this slug."""
        found: Relationship | None = self._find("relationships", slug)
        return found

    def bfd(self, slug: str) -> Bfd | None:
        """The BFD timers with this slug."""
        found: Bfd | None = self._find("bfds", slug)
        return found

    def router(self, name: str) -> Router | None:
        """The router with this name."""
        found: Router | None = self._find("routers", name)
        return found

    def platform(self, name: str) -> Platform | None:
        """The platform with this name."""
        found: Platform | None = self._find("platforms", name)
        return found

    def config_context(self, name: str) -> ConfigContext | None:
        """The context with this name."""
        found: ConfigContext | None = self._find("config_contexts", name)
        return found

    def tag_name(self, slug: str) -> str:
        """The name of a tag: that of its entry, else its slug."""
        return self.__native__.tag_name(slug)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All sessions, those over exchanges first."""
        return (*self.internet_exchange_sessions, *self.direct_sessions)

    def connections_of(self, exchange: str) -> tuple[Connection, ...]:
        """Our connections to the exchange with this slug, in document order."""
        return tuple(self.connections[at] for at in self.__native__.connections_of(exchange))

    def sessions_on(self, router: Router) -> tuple[Session, ...]:
        """The sessions on a router, those over exchanges first, each sort in document order."""
        over_exchanges, direct = self.__native__.sessions_on(router)
        return (
            *(self.internet_exchange_sessions[at] for at in over_exchanges),
            *(self.direct_sessions[at] for at in direct),
        )

    def exchange_at(self, connection: Connection) -> InternetExchange | None:
        """The exchange that a connection leads to."""
        slug = connection.internet_exchange
        return None if slug is None else self.internet_exchange(slug)

    def exchange_of(self, session: InternetExchangeSession) -> InternetExchange | None:
        """The exchange of a session."""
        connection = self.connection(session.connection)
        return None if connection is None else self.exchange_at(connection)

    def group_of(self, session: DirectSession) -> BgpGroup | None:
        """The group of a session."""
        return None if session.bgp_group is None else self.bgp_group(session.bgp_group)

    def router_of(self, session: Session) -> Router | None:
        """The router that a session is on."""
        place = self.__native__.router_of(session)
        return None if place is None else self.routers[place]

    def import_policies(self, session: Session, *, compat: Compat = Compat.STRICT) -> tuple[RoutingPolicy, ...]:
        """The policies for what a session receives, in the order in which they apply.

        The session's own, then its peer's, then its group's or exchange's; within a level by weight (higher first), then
        name; none twice, and only those of the session's family. Peering Manager takes a session's own policies of any
        family.
        """
        found = self.__native__.import_policies(session, compat.value)
        return tuple(self.routing_policies[at] for at in found)

    def export_policies(self, session: Session, *, compat: Compat = Compat.STRICT) -> tuple[RoutingPolicy, ...]:
        """The policies for what a session sends; see :meth:`import_policies`."""
        found = self.__native__.export_policies(session, compat.value)
        return tuple(self.routing_policies[at] for at in found)

    def ordered_policies(self, slugs: Sequence[str]) -> tuple[RoutingPolicy, ...]:
        """Policies by slug, in the order of one level: higher weight first, then by name."""
        return tuple(self.routing_policies[at] for at in self.__native__.ordered_policies(list(slugs)))

    def expected_neighbors(self, router: str, *, exchange: str | None = None) -> tuple[Address, ...]:
        """Whom the router with this name should have an established session with: the sessions that are in use, by
        themselves and by all they depend on. With an exchange, given by its slug, those over it only. This is what to wait
        for after a commit. None if the network holds no such router.
        """
        return tuple(self.__native__.expected_neighbors(router, exchange))

    def router_policies(self, router: Router) -> tuple[RoutingPolicy, ...]:
        """Every policy that a router needs, by name: of its sessions, their peers, groups and exchanges, of its exchanges
        and groups.
        """
        return tuple(self.routing_policies[at] for at in self.__native__.router_policies(router))

    def merged_communities(self, session: Session) -> tuple[Community, ...]:
        """The communities of a session: its own, its peer's, its group's or exchange's, its router's; within a level by
        value, then name; none twice.
        """
        return tuple(self.communities[at] for at in self.__native__.merged_communities(session))

    def ordered_communities(self, slugs: Sequence[str]) -> tuple[Community, ...]:
        """Communities by slug, in the order of their values as text, then of their names."""
        return tuple(self.communities[at] for at in self.__native__.ordered_communities(list(slugs)))

    def max_prefixes(self, session: Session) -> int | None:
        """The number of prefixes that a session's peer advises to accept for its family. ``None`` and 0 are no limit."""
        return self.__native__.max_prefixes(session)

    def connection_status(self, connection: Connection) -> Status:
        """The status of a connection with that of its exchange and router.

        A disabled connection stays so. Otherwise any status of the exchange but ``enabled`` counts, then a maintenance of
        the router; a router that is disabled says nothing about its connections.
        """
        return Status(self.__native__.connection_status(connection))

    def session_status(self, session: Session) -> SessionStatus:
        """The status of a session with that of all that it depends on.

        A disabled session stays so. Over an exchange, any status of its connection but ``enabled`` counts. For a direct
        one, its group's ``disabled`` or ``maintenance`` does, then a maintenance of its router.
        """
        return SessionStatus(self.__native__.session_status(session))

    def encrypted_password(self, session: Session, *, compat: Compat = Compat.STRICT) -> Secret | None:
        """A session's password in the cipher of its router's platform.

        The stored one, as long as it stands for the password in clear, or there is none in clear; else it is made, if the
        router encrypts passwords and its platform has a cipher. It is made with the peer's address; Peering Manager takes
        the prefix length of a direct session along, so that EOS cannot read what comes out.
        """
        found = self.__native__.encrypted_password(session, compat.value)
        return None if found is None else Secret(found)

    def local_address(self, session: Session) -> Interface | None:
        """Our address on a session, with the prefix length."""
        found = self.__native__.local_address(session)
        return None if found is None else ip_interface(found)

    def merged_context(self, of: HasContext, *, compat: Compat = Compat.STRICT) -> dict[str, Any]:
        """What templates see as an object's context: those assigned by weight, then its own values over them.

        Peering Manager merges contexts that are not active, too.
        """
        assigned, own = of.config_contexts, of.local_context_data
        merged: dict[str, Any] = self.__native__.merged_context(assigned, own, compat.value, shape_of(Any))
        return merged
