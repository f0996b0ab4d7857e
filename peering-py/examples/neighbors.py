"""Prints the BGP neighbours of several routers, asked at the same time.

PEERING_PASSWORD=... python neighbors.py frr://netops@r1 arista_eos://netops@r2:443
"""

from __future__ import annotations

import asyncio
import os
import sys

from peering import Credentials, PeeringError, Router, Secret, Target
from peering.state import BgpNeighbor

#: What all routers have in common.
COMMON = Target(credentials=Credentials(password=Secret(os.environ.get("PEERING_PASSWORD", "")), agent=True))


async def neighbors(url: str) -> list[BgpNeighbor]:
    """The neighbours of one router."""
    platform, place = Target.from_url(url)
    target = COMMON.replace(
        host=place.host,
        port=place.port,
        credentials=COMMON.credentials.replace(username=place.credentials.username),
    )
    async with await Router.connect_async(platform, target) as router:
        return list(await router.bgp_neighbors_async())


async def main(urls: list[str]) -> int:
    """Asks all of them; what one refuses does not stop the others."""
    failures = 0
    answers = await asyncio.gather(*map(neighbors, urls), return_exceptions=True)
    for url, answer in zip(urls, answers, strict=True):
        if isinstance(answer, PeeringError):
            failures += 1
            print(f"{url}: {answer}", file=sys.stderr)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            for peer in answer:
                accepted = sum(family.accepted or 0 for family in peer.families)
                print(f"{url}  {peer.address}  AS{peer.remote_as}  {peer.state.value}  {accepted} prefixes")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
