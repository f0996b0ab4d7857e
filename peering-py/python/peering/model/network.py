"""The document that holds everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timezone
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from peering import _native
from peering._compat import Compat
from peering._operation import finish
from peering._record import Record, record, shape_of
from peering.model._rules import Rules
from peering.model.autonomous_system import AutonomousSystem
from peering.model.bfd import Bfd
from peering.model.context import ConfigContext
from peering.model.exchange import Connection, HiddenPeer, InternetExchange
from peering.model.group import BgpGroup, Relationship, Tag
from peering.model.policy import Community, RoutingPolicy
from peering.model.polling import IgnoredBecause, Observed, PollReport, SessionImport
from peering.model.router import Platform, Router, Template
from peering.model.session import DirectSession, InternetExchangeSession
from peering.state import BgpNeighbor

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Network", "Problem", "json_schema"]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of network documents, for editors and for programs that write documents.

    It knows shapes only. Whether keys are unique and lead somewhere, says :meth:`Network.validate`.

    >>> json_schema()["properties"]["routers"]["items"]
    {'$ref': '#/$defs/Router'}
    """
    schema: dict[str, Any] = _native.network_schema(shape_of(Any))
    return schema


@record()
class Problem(Record):
    """One thing that is wrong with a network.

    >>> print(Problem(path="connections[0].vlan", message="5000 is not in 1 to 4094"))
    connections[0].vlan: 5000 is not in 1 to 4094
    """

    #: Where; positions count from 0.
    path: str
    #: What is wrong there, and what to do. It never quotes a password.
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@record()
class Network(Rules):
    """Everything an operator wants, as one document.

    Its lists are tuples of records. ``network.connections`` and the like are what stands in the document;
    ``network.connection("ix-1")`` finds by key, and the rules answer what takes several parts to say.

    >>> network = Network.from_yaml('''
    ... autonomous_systems: [{asn: 64500, name: Ours, affiliated: true}, {asn: 64501, name: Peer, ipv4_max_prefixes: 9}]
    ... internet_exchanges: [{name: IX, slug: ix, status: maintenance}]
    ... connections: [{name: ix-1, internet_exchange: ix}]
    ... internet_exchange_sessions: [{autonomous_system: 64501, connection: ix-1, ip_address: 192.0.2.10}]
    ... ''')
    >>> session = network.internet_exchange_sessions[0]
    >>> network.session_status(session).value, network.max_prefixes(session)
    ('maintenance', 9)

    A record does not change, and neither does a dict in one. :meth:`put` and :meth:`without` give other networks, and so
    does ``+`` for documents in several parts:

    >>> network = network.put(session.replace(description="route server"), Router(name="r1", hostname="192.0.2.254"))
    >>> network
    <Network: 2 autonomous systems, 1 internet exchange, 1 connection, 1 internet exchange session, 1 router>
    >>> network.without(session) + Network(tags=[Tag(slug="core", name="Core")])
    <Network: 2 autonomous systems, 1 internet exchange, 1 connection, 1 router, 1 tag>
    """

    #: Ours and our peers', each number once.
    autonomous_systems: Sequence[AutonomousSystem] = ()
    #: Groups of direct sessions, each slug once.
    bgp_groups: Sequence[BgpGroup] = ()
    #: The exchanges we are at, each slug once.
    internet_exchanges: Sequence[InternetExchange] = ()
    #: Our ports there, each name once.
    connections: Sequence[Connection] = ()
    #: The sessions over them; one per connection and peer address.
    internet_exchange_sessions: Sequence[InternetExchangeSession] = ()
    #: The other sessions; on one router, one per network instance and peer address.
    direct_sessions: Sequence[DirectSession] = ()
    #: Policies, each slug once.
    routing_policies: Sequence[RoutingPolicy] = ()
    #: Communities, each slug once.
    communities: Sequence[Community] = ()
    #: What direct sessions are for, each slug once.
    relationships: Sequence[Relationship] = ()
    #: BFD timers, each slug once.
    bfds: Sequence[Bfd] = ()
    #: Our routers, each name once.
    routers: Sequence[Router] = ()
    #: What they run, each name once.
    platforms: Sequence[Platform] = ()
    #: Templates, each name once among those of its kind.
    templates: Sequence[Template] = ()
    #: Shared values for templates, each name once.
    config_contexts: Sequence[ConfigContext] = ()
    #: Names of tags, each slug once.
    tags: Sequence[Tag] = ()
    #: Whom not to propose, once per network and peering LAN.
    hidden_peers: Sequence[HiddenPeer] = ()

    def __repr__(self) -> str:
        shown = []
        for name in _LISTS:
            count = len(getattr(self, name))
            words = name.replace("_", " ")
            if count == 1:
                words = words[:-3] + "y" if words.endswith("ies") else words.removesuffix("s")
            if count:
                shown.append(f"{count} {words}")
        return f"<Network: {', '.join(shown) or 'empty'}>"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads a JSON document and checks it with :meth:`validate`.

        Raises :class:`~peering.exceptions.ParseError` if the text is not such a document, with the line where the text
        itself is broken, else with the path of each value that is not what it should be (an unknown field is an error: it
        is most likely a typing error); :class:`~peering.exceptions.OptionsError` if its parts do not fit together. No
        message quotes a value.
        """
        return cls._taken(_native.Network.from_json(text))

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """Reads a YAML document (1.2) and checks it; a JSON document is one, too. Raises as :meth:`from_json`."""
        return cls._taken(_native.Network.from_yaml(text))

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Reads a document from a file that ends in ``.json``, ``.yaml`` or ``.yml``, or from a directory: all such files
        below it, in the order of their paths, each a part of the document. Hidden files are left out.

        Raises :class:`~peering.exceptions.StorageError` if something cannot be read,
        :class:`~peering.exceptions.OptionsError` for another file; otherwise as :meth:`from_json`.
        """
        return cls._taken(_native.Network.load(fspath(path)).wait())

    @classmethod
    async def load_async(cls, path: str | PathLike[str]) -> Self:
        """As :meth:`load`, awaited."""
        return cls._taken(await finish(_native.Network.load(fspath(path))))

    def to_json(self, *, expose_secrets: bool = False) -> str:
        """The document as indented JSON. Passwords are written as a fixed mark that :meth:`validate` refuses, so that the
        mark can never reach a router as a password; or in clear, if they are exposed.
        """
        return self.__native__.to_json(expose_secrets)

    def to_yaml(self, *, expose_secrets: bool = False) -> str:
        """The document as YAML; see :meth:`to_json`."""
        return self.__native__.to_yaml(expose_secrets)

    def save(self, path: str | PathLike[str], *, expose_secrets: bool = False) -> None:
        """Writes the document to a file that only its owner can read; or, if the path names no ``.json``, ``.yaml`` or
        ``.yml`` file, to a directory of one YAML file for each list. A file is replaced as a whole or not at all.

        A network with passwords is saved only with ``expose_secrets``: they are in clear in the file.

        Raises :class:`~peering.exceptions.StorageError` if something cannot be written,
        :class:`~peering.exceptions.OptionsError` for passwords that are not exposed, and for a directory that holds other
        documents, which would be read together with these.
        """
        self.__native__.save(fspath(path), expose_secrets).wait()

    async def save_async(self, path: str | PathLike[str], *, expose_secrets: bool = False) -> None:
        """As :meth:`save`, awaited."""
        await finish(self.__native__.save(fspath(path), expose_secrets))

    def validate(self) -> None:
        """Checks that keys are unique, references lead somewhere and values are in range.

        Raises :class:`~peering.exceptions.OptionsError`, whose message holds every one of the :meth:`problems`, a line each.
        """
        self.__native__.validate()

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the document, in its order."""
        return tuple(Problem(path=path, message=message) for path, message in self.__native__.problems())

    def put(self, *parts: Any) -> Self:
        """The network with these parts: each in the place of the one with the same key, or after those that are there.

        Raises ``TypeError`` for what is not part of a network.
        """
        changed: dict[str, dict[Any, Any]] = {}
        for part in parts:
            name = _list_of(part)
            rows = changed.get(name)
            if rows is None:
                rows = changed[name] = {}
                for at, row in enumerate(getattr(self, name)):
                    # What occurs twice stays so: that is for `validate` to report.
                    rows[key if (key := _key(row)) not in rows else (at,)] = row
            rows[_key(part)] = part
        return self.replace(**{name: tuple(rows.values()) for name, rows in changed.items()})

    def without(self, *parts: Any) -> Self:
        """The network without what has the keys of these parts. What refers to them stays: see :meth:`problems`."""
        gone: dict[str, set[Any]] = {}
        for part in parts:
            gone.setdefault(_list_of(part), set()).add(_key(part))
        left = {name: tuple(row for row in getattr(self, name) if _key(row) not in keys) for name, keys in gone.items()}
        return self.replace(**left)

    def __add__(self, other: Network) -> Self:
        if not isinstance(other, Network):
            return NotImplemented
        return self.replace(**{name: getattr(self, name) + getattr(other, name) for name in _LISTS})

    def polled(
        self,
        router: str,
        neighbors: Iterable[BgpNeighbor | Observed],
        *,
        now: datetime | None = None,
        compat: Compat = Compat.STRICT,
    ) -> tuple[Self, PollReport]:
        """The network after a poll of the router with this name, which showed these neighbours, all of them: a session that
        is not among them is stale afterwards. A neighbour is the session with its address, network instance and AS number.

        Raises :class:`~peering.exceptions.NotFoundError` if the network holds no such router.
        """
        moment = now or datetime.now(timezone.utc)
        found = _native.polled(self.__native__, router, neighbors, moment, compat.value, shape_of(PollReport))
        return self._taken(found[0], self), found[1]

    def import_sessions(
        self,
        connection: str,
        neighbors: Iterable[BgpNeighbor | Observed],
        *,
        describe: Callable[[int], AutonomousSystem | None] | None = None,
        compat: Compat = Compat.STRICT,
    ) -> tuple[Self, SessionImport]:
        """The network with the sessions over a connection that its router has and the network does not: enabled, with no
        policies.

        Peers that the network does not know are asked of ``describe``, e.g. from PeeringDB; a neighbour whose AS number it
        does not know either is left out.

        Raises :class:`~peering.exceptions.NotFoundError` if the network holds no such connection.
        """
        seen = tuple(neighbors)
        known: list[AutonomousSystem] = []

        def outcome() -> tuple[_native.Network, SessionImport]:
            shape = shape_of(SessionImport)
            return _native.import_sessions(self.__native__, connection, seen, known, compat.value, shape)

        found, report = outcome()
        if describe is not None:
            because = IgnoredBecause.UNKNOWN_AUTONOMOUS_SYSTEM
            asns = {row.neighbor.remote_as for row in report.ignored if row.reason is because}
            known += (row for asn in asns if asn is not None and (row := describe(asn)) is not None)
            found, report = outcome()
        return self._taken(found, self), report

    @classmethod
    def _taken(cls, native: _native.Network, before: Network | None = None) -> Self:
        """The network that the compiled half made; rows that are as before are the same objects."""
        known = None if before is None else before.__native__
        made = object.__new__(cls)
        for name, kind in _LISTS.items():
            old = () if before is None else getattr(before, name)
            rows = native.rows(name, shape_of(kind), known)
            if rows is not None:
                old = tuple(old[at] if row is None else row for at, row in enumerate(rows))
            object.__setattr__(made, name, old)
        object.__setattr__(made, "_handle", native)
        return made


def changed(network: Network, native: _native.Network) -> Network:
    """The network that the compiled half made of this one."""
    return network._taken(native, network)


#: The lists of a network, and what they hold.
_LISTS: dict[str, type[Record]] = {
    "autonomous_systems": AutonomousSystem,
    "bgp_groups": BgpGroup,
    "internet_exchanges": InternetExchange,
    "connections": Connection,
    "internet_exchange_sessions": InternetExchangeSession,
    "direct_sessions": DirectSession,
    "routing_policies": RoutingPolicy,
    "communities": Community,
    "relationships": Relationship,
    "bfds": Bfd,
    "routers": Router,
    "platforms": Platform,
    "templates": Template,
    "config_contexts": ConfigContext,
    "tags": Tag,
    "hidden_peers": HiddenPeer,
}

#: By what the parts of a list are told from each other.
_KEYS: dict[type[Record], tuple[str, ...]] = {
    AutonomousSystem: ("asn",),
    Connection: ("name",),
    ConfigContext: ("name",),
    DirectSession: ("router", "network_instance", "address"),
    HiddenPeer: ("asn", "ixlan"),
    InternetExchangeSession: ("connection", "ip_address"),
    Platform: ("name",),
    Router: ("name",),
    Template: ("kind", "name"),
}


def _list_of(part: Any) -> str:
    for name, kind in _LISTS.items():
        if isinstance(part, kind):
            return name
    raise TypeError(f"a {type(part).__name__} is no part of a network")


def _key(row: Any) -> tuple[Any, ...]:
    return (type(row), *(getattr(row, name) for name in _KEYS.get(type(row), ("slug",))))
