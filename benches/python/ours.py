"""Logs in to all routers at once, asks for their BGP neighbours, closes; with `peering` and asyncio."""

from __future__ import annotations

import asyncio
from typing import Any

from peering import Router, Target

import measure


async def one(platform: str, place: dict[str, Any]) -> dict[str, tuple[int, bool, int]]:
    pinned = {"pinned": place["fingerprint"]}
    trust = {"tls": pinned} if platform == "arista_eos" else {"host_key": pinned}
    credentials = {"username": measure.USER, "password": measure.PASSWORD}
    target = {"host": place["host"], "port": place["port"], "credentials": credentials, "ssh_config": "off", **trust}
    async with await Router.connect_async(platform, Target.from_dict(target)) as router:
        neighbors = await router.bgp_neighbors_async()
    return {
        str(row.address): (row.remote_as, row.is_established, sum(family.accepted or 0 for family in row.families))
        for row in neighbors
    }


def all_of_them(platform: str, places: list[dict[str, Any]]) -> measure.Found:
    async def gather() -> measure.Found:
        return await asyncio.gather(*(one(platform, place) for place in places))

    return asyncio.run(gather())


measure.run(all_of_them)
