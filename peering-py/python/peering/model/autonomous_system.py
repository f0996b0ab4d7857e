"""Autonomous systems: ours and those we peer with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peering import _native
from peering._family import Family
from peering._record import Record, record, shape_of
from peering.exceptions import OptionsError
from peering.irr.prefixes import Prefixes
from peering.model.contact import Contact
from peering.model.context import ContextAssignment

if TYPE_CHECKING:
    from peering.peeringdb import Net

__all__ = ["AutonomousSystem", "Divergence", "IrrSync", "PeeringDbSync"]


@record(brief=True)
class PeeringDbSync(Record):
    """Which fields of an AutonomousSystem a refresh takes over from PeeringDB: all, unless said otherwise.

    >>> PeeringDbSync(name=False)
    PeeringDbSync(name=False)
    """

    #: The name.
    name: bool = True
    #: The AS-SET.
    irr_as_set: bool = True
    #: The advised number of IPv4 prefixes.
    ipv4_max_prefixes: bool = True
    #: The advised number of IPv6 prefixes.
    ipv6_max_prefixes: bool = True


@record(brief=True)
class IrrSync(Record):
    """What is looked up in the routing registries for an AutonomousSystem, and how, where that differs from what is
    usual. Both lists are looked up, unless said otherwise.

    >>> IrrSync(sources=["RIPE", "RADB"]).sources
    ('RIPE', 'RADB')
    """

    #: The prefixes.
    prefixes: bool = True
    #: The autonomous systems.
    as_list: bool = True
    #: The registries to ask, in the order of trust, instead of the usual ones.
    sources: Sequence[str] = ()
    #: Arguments of the tool for IPv4 prefixes, instead of the usual ones.
    ipv4_args: Sequence[str] = ()
    #: Arguments of the tool for IPv6 prefixes, instead of the usual ones.
    ipv6_args: Sequence[str] = ()


@record()
class Divergence(Record):
    """A field in which an autonomous system and its PeeringDB record differ.

    >>> Divergence(field="ipv4_max_prefixes", peeringdb_field="info_prefixes4", ours=None, record="10").record
    '10'
    """

    #: Our field's name, e.g. ``ipv4_max_prefixes``.
    field: str
    #: The record's field's name, e.g. ``info_prefixes4``.
    peeringdb_field: str
    #: What we have, as text; ``None`` if nothing.
    ours: str | None
    #: What the record has, as text; ``None`` if nothing. A stranger wrote it.
    record: str | None


@record(brief=True)
class AutonomousSystem(Record):
    """An autonomous system: one of ours, or a peer.

    >>> peer = AutonomousSystem(asn=64501, name="Peer", ipv4_max_prefixes=100)
    >>> peer
    AutonomousSystem(asn=64501, name='Peer', ipv4_max_prefixes=100)
    >>> from peering.peeringdb import Net
    >>> peer.refreshed(Net(id=7, asn=64501, name="Peer Two"))[1]
    ()
    >>> peer.max_prefixes(Family.IPV4), peer.max_prefixes(Family.IPV6)
    (100, None)
    """

    #: Its number; unique in a network.
    asn: int
    #: Its name. From PeeringDB this is text that a stranger wrote.
    name: str
    #: Whether it is ours.
    affiliated: bool = False
    #: Its AS-SET or route-set as its operator wrote it (PeeringDB ``irr_as_set``), if it has one.
    irr_as_set: str | None = None
    #: The number of IPv4 prefixes it advises to accept (PeeringDB ``info_prefixes4``). ``None`` and 0 are no limit.
    ipv4_max_prefixes: int | None = None
    #: The number of IPv6 prefixes it advises to accept (PeeringDB ``info_prefixes6``). ``None`` and 0 are no limit.
    ipv6_max_prefixes: int | None = None
    #: Which of the fields above follow PeeringDB.
    peeringdb_sync: PeeringDbSync = PeeringDbSync()
    #: What is looked up of its AS-SET, and how.
    irr_sync: IrrSync = IrrSync()
    #: The prefixes that its AS-SET stands for. Input of rendering, never fetched by it.
    prefixes: Prefixes | None = None
    #: When the prefixes were last looked up and found good.
    prefixes_updated: datetime | None = None
    #: The autonomous systems that its AS-SET stands for, its own included.
    as_list: Sequence[int] = ()
    #: When the list of autonomous systems was last looked up and found good.
    as_list_updated: datetime | None = None
    #: Slugs of the policies for what it sends us, for all its sessions.
    import_routing_policies: Sequence[str] = ()
    #: Slugs of the policies for what we send it, for all its sessions.
    export_routing_policies: Sequence[str] = ()
    #: Slugs of the communities for all its sessions.
    communities: Sequence[str] = ()
    #: Whom to write to.
    contacts: Sequence[Contact] = ()
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

    def max_prefixes(self, family: Family) -> int | None:
        """The limit of one family as stored; ``None`` and 0 are no limit."""
        return self.ipv4_max_prefixes if family is Family.IPV4 else self.ipv6_max_prefixes

    def contacts_with_role(self, role: str) -> tuple[Contact, ...]:
        """The contacts of one role, in order. Roles compare without regard to case."""
        return tuple(contact for contact in self.contacts if contact.has_role(role))

    def recipients(self, roles: Sequence[str] = (), known: Iterable[Contact] = ()) -> tuple[Contact, ...]:
        """Whom to write to, in the order of the roles; all, if none is asked for.

        The system's own contacts come first, then others that are known, such as PeeringDB's. Each address occurs once,
        and only those that can be written to.
        """
        everybody = (*self.contacts, *known)
        found = _native.recipients(self, list(roles), everybody[len(self.contacts) :])
        return tuple(everybody[at] for at in found)

    @staticmethod
    def from_record(record: Net, asn: int | None = None) -> AutonomousSystem:
        """An autonomous system as PeeringDB describes it. The name is the number where the record has none.

        Strangers wrote the record.
        """
        number = record.asn if asn is None else asn
        if number is None:
            raise OptionsError("the record has no AS number")
        return _native.system_from_record(number, record, shape_of(AutonomousSystem))  # type: ignore[no-any-return]

    def _beside(self, record: Net) -> tuple[list[Divergence], AutonomousSystem, list[Divergence]]:
        shapes = shape_of(AutonomousSystem), shape_of(Divergence)
        return _native.system_refreshed(self, record, *shapes)

    def divergence(self, record: Net) -> tuple[Divergence, ...]:
        """Where it differs from its record, whatever :attr:`peeringdb_sync` says. Nowhere, if the number is private: then no
        record can be meant.
        """
        return tuple(self._beside(record)[0])

    def refreshed(self, record: Net) -> tuple[AutonomousSystem, tuple[Divergence, ...]]:
        """The system with the fields that :attr:`peeringdb_sync` names taken over from its record, and what was changed."""
        _, system, changes = self._beside(record)
        return system, tuple(changes)

    @property
    def is_private(self) -> bool:
        """Whether no network can hold its number in the public table: reserved, documentation or private use."""
        return _native.asn_is_private(self.asn)
