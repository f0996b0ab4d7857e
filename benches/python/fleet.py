"""Simulated routers in a process of their own: fleet.py PLATFORM COUNT NEIGHBORS LATENCY_MS

Prints where they are as one line of JSON once every session is up, and ends when its stdin does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from ipaddress import ip_address, ip_interface
from typing import Any

from peering import Router
from peering.sim import EosRouter, Fabric, IosRouter, JunosRouter, Member, Port, User

PORTS = {"arista_eos": "Ethernet1", "cisco_ios": "GigabitEthernet1", "juniper_junos": "ge-0/0/0"}
USERS = (User(name="bench", password="bench-password"),)  # type: ignore[arg-type]


async def start(platform: str, number: int, neighbors: int, latency: timedelta) -> Any:
    """One router with a LAN of its own; every second neighbour is there."""
    fabric = Fabric()
    peers = [(ip_address(f"10.0.{1 + index // 250}.{1 + index % 250}"), 65000 + index) for index in range(neighbors)]
    for address, asn in peers[::2]:
        fabric.add_member(Member(asn=asn, expects=64501, addresses=(address,), ipv4_prefixes=asn % 7))
    ports = (Port(name=PORTS[platform], addresses=(ip_interface("10.0.0.1/16"),)),)
    options: dict[str, Any] = {
        "name": f"r{number}",
        "local_as": 64501,
        "ports": ports,
        "users": USERS,
        "latency": latency,
    }
    if platform == "arista_eos":
        lines = [f"neighbor {address} remote-as {asn}" for address, asn in peers]
        router: Any = EosRouter(config="\n".join(["router bgp 64501", *lines]), **options)
    elif platform == "cisco_ios":
        lines = [f"neighbor {address} remote-as {asn}" for address, asn in peers]
        router = IosRouter(config="\n".join(["router bgp 64501", *lines]), **options)
    else:
        lines = [f"set protocols bgp group ix type external neighbor {address} peer-as {asn}" for address, asn in peers]
        router = JunosRouter(config="\n".join(lines), **options)
    running = await router.start_async(fabric)
    async with await Router.connect_async(running.driver, running.target()) as session:
        while sum(row.is_established for row in await session.bgp_neighbors_async()) < len(peers[::2]):
            await asyncio.sleep(0.2)
    return running


async def main() -> None:
    platform, count, neighbors, latency = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    late = timedelta(milliseconds=latency)
    routers = await asyncio.gather(*(start(platform, number, neighbors, late) for number in range(count)))
    places = [{"host": router.host, "port": router.port, "fingerprint": router.fingerprint} for router in routers]
    print(json.dumps(places), flush=True)
    await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
