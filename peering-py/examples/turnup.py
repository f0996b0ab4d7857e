"""The main job, end to end: a PeeringDB mirror, the peers at an exchange, a rendered configuration, the diff on a router, a commit
with a timer, BGP sessions that come up, the confirmation.

    python turnup.py DUMP TEMPLATES

DUMP is a folder of PeeringDB's API answers, TEMPLATES one of FRR templates; both are in this repository's `examples`. The router
and the peers are simulated.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from peering import Cache, Discovery, Network, Router, Secret
from peering.discovery import PeerPort
from peering.model import Platform
from peering.model import Router as PlannedRouter
from peering.peeringdb import load_dump
from peering.sim import Fabric, FrrRouter, Member, Port, User
from peering.template import Engine, RenderContext

OURS, IXLAN = 64500, 3


def plan(dump: Path) -> tuple[Network, str]:
    """What we want: every session that is possible at one exchange, on one router."""
    cache = Cache.in_memory()
    load_dump(cache, dump)
    discovery = Discovery(cache)
    network, _ = discovery.imported(Network(), OURS)
    exchange = next(one for one in network.internet_exchanges if one.peeringdb_ixlan == IXLAN)
    connection = next(iter(network.connections_of(exchange.slug)))
    network = network.put(
        Platform(name="frr", driver="frr"),
        PlannedRouter(name="r1", hostname="r1.example.net", platform="frr", local_autonomous_system=OURS),
        connection.replace(router="r1"),
    )
    network = PeerPort.add_all(discovery.available(network, exchange.slug), network)
    network.validate()
    return network, exchange.slug


def simulate(network: Network, exchange: str) -> tuple[Fabric, FrrRouter]:
    """A peering LAN with everybody on it, and our router."""
    fabric = Fabric(delay=timedelta(milliseconds=100))
    for session in network.internet_exchange_sessions:
        fabric.add_member(Member(asn=session.autonomous_system, addresses=[session.ip_address], expects=OURS))
    connection = next(iter(network.connections_of(exchange)))
    addresses = [one for one in (connection.ipv4_address, connection.ipv6_address) if one is not None]
    users = [User(name="netops", password=Secret("secret"))]
    return fabric, FrrRouter(name="r1", local_as=OURS, ports=[Port(name="lan0", addresses=addresses)], users=users)


def main(dump: str, templates: str) -> int:
    network, exchange = plan(Path(dump))
    engine = Engine("frr")
    engine.add_directory(Path(templates))
    text = engine.render("main.j2", RenderContext.for_exchange(network, "r1", exchange))
    peers = network.expected_neighbors("r1", exchange=exchange)
    fabric, options = simulate(network, exchange)
    with options.start(fabric) as simulated, Router.connect(simulated.driver, simulated.target()) as router:
        with router.candidate() as candidate:
            candidate.merge(text)
            print(candidate.diff())
            confirming = candidate.commit_confirmed(timedelta(seconds=60), message="turnup")
        health = confirming.wait_for_sessions(peers, within=timedelta(seconds=45))
        if not health.is_healthy:
            confirming.revert()
            print(*health.down, "the old configuration is back", sep="\n")
            return 1
        confirming.confirm()
        print(f"{len(health.established)} sessions are up; confirmed and saved")
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
