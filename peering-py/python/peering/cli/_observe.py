"""``poll`` and ``ping``: what routers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peering.cli._arguments import Commands, add_routers
from peering.cli._exits import Failed
from peering.cli._output import Answer, duration

if TYPE_CHECKING:
    from peering import Network
    from peering.cli._call import Call
    from peering.cli._routers import Destination, Outcome
    from peering.state import BgpNeighbor

#: Routers that are read at a time.
_PARALLEL = 20


def add(commands: Commands) -> None:
    """Adds the commands."""
    poll = commands.add(
        "poll",
        _poll,
        summary="read the BGP neighbours of routers",
        story="Without --check the exit status only says whether all routers could be read.",
        examples="""
peering poll --all --network network.yaml
peering poll --router edge1 --router edge2 --down
peering poll --all --check --quiet || page the operator
peering poll --router frr://netops@192.0.2.7 --json
peering poll --all --save          states and counters into the network document""",
    )
    add_routers(poll, parallel=_PARALLEL)
    poll.add_argument("--down", action="store_true", help="print only those that are enabled and not established")
    poll.add_argument("--check", action="store_true", help="exit with 4 if one that is enabled is not established")
    poll.add_argument("--save", action="store_true", help="bring states and counters into the network document")
    command = commands.add(
        "ping",
        ping,
        summary="connect to routers, and tell who they are",
        story="Connects, logs in, reads the router's facts, and ends the session: what every other command begins with.",
        examples="""
peering ping --all
peering ping --router arista_eos://netops@edge2.example.net --password-command 'pass show edge2'""",
    )
    add_routers(command, parallel=_PARALLEL)


def ping(call: Call) -> Answer:
    """Connects to the routers, and tells who they are."""
    from peering.cli._routers import Outcome, answer, connected, destinations, each

    async def one(destination: Destination) -> Outcome:
        import time

        begun = time.perf_counter()
        router = await connected(destination)
        took = time.perf_counter() - begun
        try:
            facts = await router.facts_async()
            await router.check_async()
        finally:
            await router.close_async()
        data = {
            "platform": router.platform,
            "host": router.host,
            "seconds": round(took, 3),
            "facts": facts.to_dict(),
            "capabilities": router.capabilities.to_dict(),
            "leftovers": [leftover.to_dict() for leftover in router.leftovers],
        }
        return Outcome(destination.name, data)

    outcomes = each(call, destinations(call), one)
    call.output.table(
        ["router", "", "platform", "host name", "version", "connected in"],
        [
            (
                outcome.name,
                "failed" if outcome.error is not None else "ok",
                outcome.data.get("platform"),
                outcome.data.get("facts", {}).get("hostname"),
                outcome.data.get("facts", {}).get("os_version"),
                f"{outcome.data['seconds']:.2f} s" if outcome.data else None,
            )
            for outcome in outcomes
        ],
    )
    for outcome in outcomes:
        for leftover in outcome.data.get("leftovers", ()):
            call.output.warn(f"{outcome.name}: an earlier session left something behind: {leftover}")
    return answer(call.output, "ping", outcomes)


def _poll(call: Call) -> Answer:
    from peering.cli._routers import Outcome, answer, connected, destinations, each

    network: Network | None = call.network() if call.arguments.save or call.network_path else None
    found = destinations(call, network)
    neighbors: dict[str, list[BgpNeighbor]] = {}

    async def one(destination: Destination) -> Outcome:
        router = await connected(destination)
        try:
            rows = list(await router.bgp_neighbors_async())
        finally:
            await router.close_async()
        neighbors[destination.name] = rows
        return Outcome(destination.name, {"bgp_neighbors": [row.to_dict() for row in rows]})

    outcomes = each(call, found, one)
    down = [(name, row) for name in neighbors for row in neighbors[name] if row.is_enabled and not row.is_established]
    rows = down if call.arguments.down else [(name, row) for name in neighbors for row in neighbors[name]]
    _show(call, rows)
    if call.arguments.save:
        assert network is not None
        _save(
            call, network, [(one.name, neighbors[one.name]) for one in found if one.is_known and one.name in neighbors]
        )
    done = answer(call.output, "poll", outcomes)
    if done.error is None and call.arguments.check and down:
        return done._replace(error=Failed("sessions-down", f"{len(down)} sessions are down", operation="poll"))
    return done


def _show(call: Call, rows: list[tuple[str, BgpNeighbor]]) -> None:
    many = len({name for name, _ in rows}) > 1
    headings = ["router", "instance", "address", "AS", "state", "for", "received", "accepted", "sent", "description"]
    cells = [_cells(name, row) for name, row in rows]
    # A column that says the same everywhere is left out.
    kept = [at for at in range(len(headings)) if not (at == 0 and not many)]
    if all(cell[1] == "default" for cell in cells):
        kept.remove(1)
    call.output.table([headings[at] for at in kept], [[cell[at] for at in kept] for cell in cells])


def _cells(name: str, row: BgpNeighbor) -> list[Any]:
    family = row.family("ipv4-unicast" if row.address.version == 4 else "ipv6-unicast")
    state: str = row.state.value
    if not row.is_enabled:
        state = "disabled"
    elif row.down_reason is not None:
        state += f" ({row.down_reason})"
    age = row.uptime or row.state_age
    return [
        name,
        row.network_instance,
        row.address,
        row.remote_as,
        state,
        duration(age) if age is not None else None,
        family.received if family else None,
        family.accepted if family else None,
        family.sent if family else None,
        row.description,
    ]


def _save(call: Call, network: Network, polled: list[tuple[str, list[BgpNeighbor]]]) -> None:
    for name, rows in polled:
        network, report = network.polled(name, rows)
        call.output.note(f"{name}: {report.updated} sessions brought up to date")
        for path in report.stale:
            call.output.warn(f"{name}: {path} is not on the router")
        for row in report.unmatched:
            call.output.warn(f"{name}: not in the network document: {row}")
    call.save(network)
