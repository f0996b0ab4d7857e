"""BGP neighbours of 1, 20 and 200 simulated routers beside NAPALM, nornir and scrapli, as Markdown: `python compare.py`

For a Python that has the release build of `peering` and the other tools (peering-py/tests/requirements.txt, scrapli). The
routers run in a process of their own and take 50 ms for each request or line; each client is a fresh process, from login to
goodbye. All clients must find the same sessions, or nothing is printed. For one router it is told how many answers a client
waits for one after the other (measured: what the wall grows by when the latency doubles), and the wall in units of that bound.
Then what an import costs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

#: Which clients read which platform. One after the other is for small fleets.
CLIENTS = {
    "arista_eos": ["ours", "with_napalm", "with_nornir"],
    "cisco_ios": ["ours", "with_napalm", "with_netmiko", "with_scrapli_cli", "with_nornir"],
    "juniper_junos": ["ours", "with_napalm", "with_nornir", "with_scrapli"],
}
NAMES = {
    "ours": "peering, asyncio",
    "with_napalm": "NAPALM, one by one",
    "with_netmiko": "netmiko, one by one, the same commands",
    "with_nornir": "nornir + NAPALM, 20 threads",
    "with_scrapli": "scrapli NETCONF, asyncio",
    "with_scrapli_cli": "scrapli CLI, one by one, the same commands",
}
#: One router after the other: not for 200.
SLOW = ("with_napalm", "with_netmiko", "with_scrapli_cli")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--routers", type=int, nargs="+", default=[1, 20, 200])
    arguments.add_argument("--platforms", nargs="+", choices=CLIENTS, default=list(CLIENTS))
    arguments.add_argument("--neighbors", type=int, default=20, help="of each router")
    arguments.add_argument("--latency", type=int, default=50, help="of each request, in milliseconds")
    arguments.add_argument("--runs", type=int, default=3, help="of each client; medians count")
    given = arguments.parse_args()
    print("| routers | client | wall | CPU | peak memory | wall, CPU, memory to ours | answers waited for, wall to that |")
    print("|---|---|---|---|---|---|---|")
    for platform in given.platforms:
        for count in given.routers:
            compare(platform, count, given)
    print("\n| | time | memory | to ours |\n|---|---|---|---|")
    imports()


def compare(platform: str, count: int, given: argparse.Namespace) -> None:
    clients = [client for client in CLIENTS[platform] if client not in SLOW or count <= 20]
    costs = measured(platform, count, given, clients, given.latency)
    # what one router's clients wait for grows with the latency, and nothing else does
    slower = measured(platform, count, given, clients, 2 * given.latency) if count == 1 else {}
    ours = costs["ours"]
    for client, cost in costs.items():
        ratios = ", ".join(f"{cost[what] / ours[what]:.1f}" for what in ("wall", "cpu", "peak"))
        waits = ""
        if slower:
            answers = 1000 * (slower[client]["wall"] - cost["wall"]) / given.latency
            waits = f"{answers:.1f}, {1000 * cost['wall'] / (answers * given.latency):.2f}"
        print(
            f"| {platform}, {count} | {NAMES[client]} | {cost['wall']:.2f} s | {cost['cpu']:.2f} s "
            f"| {cost['peak']:.0f} MiB | {'' if client == 'ours' else ratios} | {waits} |",
            flush=True,
        )


def measured(
    platform: str, count: int, given: argparse.Namespace, clients: list[str], latency: int
) -> dict[str, dict[str, Any]]:
    """What each client costs on routers of its own; all must find the same."""
    command = [sys.executable, str(HERE / "fleet.py"), platform, str(count), str(given.neighbors), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as fleet:
        assert fleet.stdin is not None and fleet.stdout is not None
        places = fleet.stdout.readline()
        costs: dict[str, dict[str, Any]] = {}
        for client in clients:
            cost = median([ask(client, platform, places) for _ in range(given.runs)])
            costs[client] = cost
            ours = costs["ours"]["found"]
            if cost["found"] != ours:
                sys.exit(f"{NAMES[client]} has not found the same as peering:\n{difference(ours, cost['found'])}")
        fleet.stdin.close()
    return costs


def ask(client: str, platform: str, places: str) -> dict[str, Any]:
    command = [sys.executable, str(HERE / f"{client}.py"), platform]
    answer = subprocess.run(command, input=places, capture_output=True, text=True)
    if answer.returncode:
        sys.exit(f"{NAMES[client]} failed:\n{answer.stderr}")
    cost: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return cost


def median(costs: list[dict[str, Any]]) -> dict[str, Any]:
    if any(cost["found"] != costs[0]["found"] for cost in costs):
        sys.exit("the same client has found something else in another run")
    numbers = {what: statistics.median(cost[what] for cost in costs) for what in ("wall", "cpu", "peak")}
    return {**numbers, "found": costs[0]["found"]}


def difference(ours: list[Any], theirs: list[Any]) -> str:
    pairs = [(index, one, other) for index, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other]
    index, one, other = pairs[0] if pairs else (0, len(ours), len(theirs))
    return f"router {index}: {one}\n{other}"


def imports() -> None:
    """Time and memory of an interpreter that imports something, less those of one that does not; medians of 11."""
    program = "import resource, time; begun = time.perf_counter()\n{}\ntaken = time.perf_counter() - begun\n" + (
        "status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
        "print(taken, int(status['VmRSS'].split()[0]) / 1024)"
    )

    def cost(code: str) -> tuple[float, float]:
        runs = []
        for _ in range(11):
            answer = subprocess.run(
                [sys.executable, "-c", program.format(code)], capture_output=True, text=True, check=True
            )
            runs.append([float(word) for word in answer.stdout.split()])
        return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)

    _, empty = cost("pass")
    everything = "import peering\nfor name in peering.__all__: getattr(peering, name)"
    ours: tuple[float, float] | None = None
    for label, code in {
        "`import peering`": "import peering",
        "… and every name of it": everything,
        "`import napalm`": "import napalm",
        "… and its driver for EOS": "import napalm; napalm.get_network_driver('eos')",
    }.items():
        taken, resident = cost(code)
        resident -= empty
        ours = ours or (taken, resident)
        print(
            f"| {label} | {1000 * taken:.0f} ms | {resident:.1f} MiB | {taken / ours[0]:.1f}, {resident / ours[1]:.1f} |"
        )


main()
