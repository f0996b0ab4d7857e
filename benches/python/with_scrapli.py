"""Logs in to all routers at once, asks for their BGP neighbours, closes; with scrapli's NETCONF and asyncio."""

from __future__ import annotations

import asyncio
import xml.etree.ElementTree as ElementTree
from typing import Any

from scrapli import AuthOptions, Netconf, SessionOptions, TransportSsh2Options

import measure


async def one(place: dict[str, Any]) -> dict[str, tuple[int, bool, int]]:
    session = Netconf(
        host=place["host"],
        port=place["port"],
        auth_options=AuthOptions(username=measure.USER, password=measure.PASSWORD),
        session_options=SessionOptions(operation_timeout_s=120),
        transport_options=TransportSsh2Options(),
    )
    async with session:
        answer = await session.raw_rpc_async(payload="<get-bgp-neighbor-information/>")
    tree = ElementTree.fromstring(answer.result)
    for element in tree.iter():
        element.tag = element.tag.rpartition("}")[2]
    found = {}
    for peer in tree.iter("bgp-peer"):
        accepted = sum(int(rib.findtext("accepted-prefix-count", "0")) for rib in peer.iter("bgp-rib"))
        address = peer.findtext("peer-address", "").strip().partition("+")[0]
        up = peer.findtext("peer-state", "").strip() == "Established"
        found[address] = (int(peer.findtext("peer-as", "0")), up, accepted)
    return found


def all_of_them(platform: str, places: list[dict[str, Any]]) -> measure.Found:
    async def gather() -> measure.Found:
        return await asyncio.gather(*map(one, places))

    return asyncio.run(gather())


measure.run(all_of_them)
