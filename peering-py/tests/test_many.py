"""A thousand calls at once, in one process with the routers that answer them."""

from __future__ import annotations

import asyncio
import gc
import time
from datetime import timedelta

from peering import Router
from peering.sim import EosRouter, Fabric, JunosRouter, RunningEos, RunningJunos
from peering.state import BgpNeighbor
from peering.table import Table
from peering.target import Timeouts
from test_sim import MEMBER, USERS, lan

CALLS = 1000
CANCELLED = 100
LATENCY = timedelta(milliseconds=50)
#: One process does all: a busy machine is no reason to give up.
PATIENT = Timeouts(connect=timedelta(minutes=5), read=timedelta(minutes=5))


def start(fabric: Fabric) -> list[RunningEos | RunningJunos]:
    eos = "router bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n"
    junos = "set protocols bgp group ix type external neighbor 192.0.2.5 peer-as 64505"
    routers: list[RunningEos | RunningJunos] = []
    for number in range(30):
        options = EosRouter(name=f"e{number}", ports=lan("Ethernet1"), config=eos, users=USERS, latency=LATENCY)
        routers.append(options.start(fabric))
    for number in range(10):
        other = JunosRouter(name=f"j{number}", local_as=64501, ports=lan("ge-0/0/0"), config=junos, users=USERS)
        routers.append(other.replace(latency=LATENCY).start(fabric))
    return routers


def asked(running: RunningEos | RunningJunos) -> int:
    if isinstance(running, RunningJunos):
        return sum("bgp" in name for name in running.requests)
    return sum(any("bgp" in command for command in request.commands) for request in running.requests)


async def ask(running: RunningEos | RunningJunos) -> Table[BgpNeighbor]:
    target = running.target().replace(timeouts=PATIENT)
    async with await Router.connect_async(running.driver, target) as router:
        return await router.bgp_neighbors_async()


async def ask_all(routers: list[RunningEos | RunningJunos]) -> list[Table[BgpNeighbor] | BaseException]:
    tasks = [asyncio.create_task(ask(routers[number % len(routers)])) for number in range(CALLS)]
    # some are cancelled while they connect, some while they read, some before they begin
    for number in range(CANCELLED):
        tasks[number * CALLS // CANCELLED].cancel()
        await asyncio.sleep(0.02)
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_a_thousand_calls_of_which_a_hundred_are_cancelled() -> None:
    fabric = Fabric(delay=timedelta(milliseconds=20))
    fabric.add_member(MEMBER)
    routers = start(fabric)
    answers = asyncio.run(ask_all(routers))
    cancelled = [answer for answer in answers if isinstance(answer, asyncio.CancelledError)]
    failed = [answer for answer in answers if isinstance(answer, BaseException) and answer not in cancelled]
    assert failed == []
    # one that has ended cannot be cancelled any more
    assert 0 < len(cancelled) <= CANCELLED
    tables = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(tables) == CALLS - len(cancelled)
    assert all(peer.address == MEMBER.addresses[0] for table in tables for peer in table)
    assert all(len(table) == 1 for table in tables)
    assert sum(map(asked, routers)) >= len(tables)
    gc.collect()
    until = time.monotonic() + 10
    while any(router.sessions for router in routers) and time.monotonic() < until:
        time.sleep(0.05)
    assert [router.sessions for router in routers if router.sessions] == []
    for router in routers:
        router.stop()


def test_calls_on_routers_that_stay_connected() -> None:
    """Cancelling leaves the others on the same routers untouched, and those routers usable."""
    fabric = Fabric(delay=timedelta(milliseconds=20))
    fabric.add_member(MEMBER)
    running = start(fabric)[28:32]

    async def run() -> None:
        targets = [one.target().replace(timeouts=PATIENT) for one in running]
        pairs = zip(running, targets, strict=True)
        routers = await asyncio.gather(*(Router.connect_async(one.driver, target) for one, target in pairs))
        tasks = [asyncio.create_task(routers[number % 4].bgp_neighbors_async()) for number in range(200)]
        await asyncio.sleep(0.1)
        for task in tasks[::10]:
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        kept = [answer for number, answer in enumerate(answers) if number % 10]
        assert all(isinstance(answer, Table) and len(answer) == 1 for answer in kept)
        for router in routers:
            assert (await router.facts_async()).hostname
            await router.close_async()

    asyncio.run(run())
    until = time.monotonic() + 10
    while any(router.sessions for router in running) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(router.sessions for router in running)
