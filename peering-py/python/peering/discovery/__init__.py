"""Who we could peer with, from the local mirror: offline, typed, the same answer for the same data.

A :class:`Discovery` compares a :class:`~peering.Cache` with a :class:`~peering.Network`, what we want. It answers where a
network is, what two networks share, which sessions are missing, possible or abandoned, which facilities are near and how
large exchanges and networks are, and it imports our own exchanges and connections. It changes nothing, talks to no server
and knows no router.

The rules are those of Peering Manager, put right; :attr:`Compat.PEERING_MANAGER` gives its answers to the letter.

>>> from peering import Cache, Network
>>> discovery = Discovery(Cache.in_memory())
>>> network, report = discovery.imported(Network(), 64500)
>>> for exchange in network.internet_exchanges:
...     print(exchange.name, len(discovery.available(network, exchange.slug)))
>>> [str(note) for note in report.notes]
['the mirror has no net 64500']
"""

from __future__ import annotations

from peering._compat import Compat
from peering.discovery.discovery import Discovery
from peering.discovery.filter import Filter
from peering.discovery.found import (
    AddressDiffers,
    ExchangeMeasure,
    ExchangePeers,
    ExchangeSize,
    FacilityDistance,
    ImportNote,
    ImportReport,
    NetworkMeasure,
    NetworkSize,
    NoAddress,
    NoPrefix,
    NoRecord,
    PeerPort,
    Place,
    PossiblePort,
    PossibleSession,
)

__all__ = [
    "AddressDiffers",
    "Compat",
    "Discovery",
    "ExchangeMeasure",
    "ExchangePeers",
    "ExchangeSize",
    "FacilityDistance",
    "Filter",
    "ImportNote",
    "ImportReport",
    "NetworkMeasure",
    "NetworkSize",
    "NoAddress",
    "NoPrefix",
    "NoRecord",
    "PeerPort",
    "Place",
    "PossiblePort",
    "PossibleSession",
]
