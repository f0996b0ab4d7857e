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
            max(0, peer["address_family"].get("ipv4", {}).get("accepted_prefixes", 0)),
        )
        for address, peer in peers.items()
    }
