"""What an operator wants: autonomous systems, exchanges, connections, sessions, policies, routers, as plain records.

A :class:`Network` holds them all and is one document, YAML or JSON. Its parts refer to each other by the keys that people
use: an autonomous system by its number, an exchange, a group, a policy and a community by their slugs, a connection and a
router by their names. :mod:`peering.discovery` fills a network from PeeringDB, :mod:`peering.template` renders it.

The words and the values are Peering Manager's, so that documents and templates carry over. Records do not change:
``replace`` gives another one, and :meth:`Network.put` a network that has it.

>>> ours = AutonomousSystem(asn=64500, name="Ours", affiliated=True)
>>> network = Network(autonomous_systems=[ours], internet_exchanges=[InternetExchange(slug="ix", name="IX")])
>>> network
<Network: 1 autonomous system, 1 internet exchange>
>>> network.put(ours.replace(name="Us")).autonomous_system(64500).name
'Us'
"""

from __future__ import annotations

from peering._compat import Compat
from peering._family import Family
from peering.cipher import PasswordAlgorithm
from peering.irr.prefixes import PrefixEntry, Prefixes
from peering.model.autonomous_system import AutonomousSystem, Divergence, IrrSync, PeeringDbSync
from peering.model.bfd import Bfd
from peering.model.contact import Contact
from peering.model.context import ConfigContext, ContextAssignment, ListMerge, merge
from peering.model.exchange import Connection, HiddenPeer, InternetExchange
from peering.model.group import BgpGroup, Relationship, Tag
from peering.model.meeting import Meeting, MeetingFacility, MissingSession
from peering.model.network import Network, Problem, json_schema
from peering.model.policy import Community, CommunityKind, CommunityType, RoutingPolicy, RoutingPolicyType
from peering.model.polling import (
    IgnoredBecause,
    IgnoredNeighbor,
    Observed,
    PollReport,
    SessionImport,
    UnmatchedBecause,
    UnmatchedNeighbor,
    observed_by_napalm,
)
from peering.model.router import Platform, Router, Template, TemplateKind
from peering.model.session import DirectSession, InternetExchangeSession, PrefixCounts, Session
from peering.model.status import SessionStatus, Status
from peering.state import BgpState

__all__ = [
    "AutonomousSystem",
    "Bfd",
    "BgpGroup",
    "BgpState",
    "Community",
    "CommunityKind",
    "CommunityType",
    "Compat",
    "ConfigContext",
    "Connection",
    "Contact",
    "ContextAssignment",
    "DirectSession",
    "Divergence",
    "Family",
    "HiddenPeer",
    "IgnoredBecause",
    "IgnoredNeighbor",
    "InternetExchange",
    "InternetExchangeSession",
    "IrrSync",
    "ListMerge",
    "Meeting",
    "MeetingFacility",
    "MissingSession",
    "Network",
    "Observed",
    "PasswordAlgorithm",
    "PeeringDbSync",
    "Platform",
    "PollReport",
    "PrefixCounts",
    "PrefixEntry",
    "Prefixes",
    "Problem",
    "Relationship",
    "Router",
    "RoutingPolicy",
    "RoutingPolicyType",
    "Session",
    "SessionImport",
    "SessionStatus",
    "Status",
    "Tag",
    "Template",
    "TemplateKind",
    "UnmatchedBecause",
    "UnmatchedNeighbor",
    "json_schema",
    "merge",
    "observed_by_napalm",
]
