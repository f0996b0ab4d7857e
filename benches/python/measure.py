"""What every client shares: where the routers are, and what the work cost."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

USER, PASSWORD = "bench", "bench-password"

#: Of each router, by the addresses of its neighbours: AS, whether it is up, accepted IPv4 prefixes.
Found = list[dict[str, tuple[int, bool, int]]]


def run(client: Callable[[str, list[dict[str, Any]]], Found]) -> None:
    """Gives a client its platform (the argument) and the routers (stdin), prints what it found and what that cost."""
    platform, places = sys.argv[1], json.load(sys.stdin)
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    found = client(platform, places)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak(), "found": found}))


def peak() -> float:
    """The most memory that this process has had, in MiB. (What ``getrusage`` says begins with that of the parent.)"""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def of_napalm(answer: dict[str, Any]) -> dict[str, tuple[int, bool, int]]:
    """The answer of NAPALM's ``get_bgp_neighbors``, in the same words."""
    peers = answer["global"]["peers"]
    return {
        address: (
            peer["remote_as"],
            peer["is_up"],
            max(
                [
                    0,
                    *(
                        peer["address_family"].get(name, {}).get("accepted_prefixes", 0)
                        for name in ("ipv4", "ipv4 unicast")
                    ),
                ]
            ),
        )
        for address, peer in peers.items()
    }


#: What NAPALM's ``ios`` asks for its BGP neighbours.
COMMANDS = (
    "show bgp all summary",
    "show bgp ipv4 unicast neighbors",
    "show bgp ipv4 multicast neighbors",
    "show bgp ipv6 unicast neighbors",
    "show bgp ipv6 multicast neighbors",
    "show bgp vpnv4 unicast all neighbors",
    "show bgp vpnv6 unicast all neighbors",
    "show bgp ipv4 mdt all neighbors",
)


def of_text(summary: str) -> dict[str, tuple[int, bool, int]]:
    """The table of ``show bgp all summary``, for those who have no parser."""
    found = {}
    for line in summary.splitlines():
        words = line.split()
        if len(words) == 10 and words[0].count(".") == 3 and words[2].isdigit():
            up = words[9].isdigit()
            found[words[0]] = (int(words[2]), up, int(words[9]) if up else 0)
    return found
