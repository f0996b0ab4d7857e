"""Routers, candidates and pending commits, over the wire."""

from __future__ import annotations

import asyncio
import gc
import pickle
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv4Network

import pytest
from peering import Diff, Router
from peering.driver import Capabilities, Read
from peering.exceptions import (
    AuthError,
    ClosedError,
    LockedError,
    NotFoundError,
    OptionsError,
    PeeringError,
    RejectedError,
    UnsupportedError,
)
from peering.pending import CommitPending, Token
from peering.sim import Fabric
from peering.state import ConfigFormat, ConfigQuery, Exact, Longer, Ping, RouteQuery
from peering.table import Table
from test_sim import MEMBER, STARTS, USERS, Running, eos, frr, junos

PEER = IPv4Address("192.0.2.5")
WINDOW = timedelta(minutes=2)
#: What adds a neighbour, and what no router takes.
CHANGES = {
    "frr": "router bgp 64501\n neighbor 192.0.2.9 remote-as 64509\n",
    "arista_eos": "router bgp 64501\n neighbor 192.0.2.9 remote-as 64509\n",
    "juniper_junos": "protocols { bgp { group ix { neighbor 192.0.2.9 { peer-as 64509; } } } }\n",
}


@pytest.fixture(params=STARTS)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    start: Callable[[Fabric], Running] = STARTS[request.param]
    fabric = Fabric(delay=timedelta(milliseconds=20))
    fabric.add_member(MEMBER)
    with start(fabric) as router:
        assert router.wait_established(1)
        yield router


@pytest.fixture
def router(running: Running) -> Iterator[Router]:
    with Router.connect(running.driver, running.target()) as router:
        yield router


def change(router: Router) -> str:
    return CHANGES[router.platform]


ARGUMENTS: dict[Read, object] = {
    Read.ROUTES: PEER,
    Read.CONFIG: ConfigQuery(format=ConfigFormat.TEXT, sanitized=True),
    Read.PING: Ping(destination="192.0.2.5", count=2),
    Read.TRACEROUTE: PEER,
    Read.COMMAND: "show version",
}


def test_every_read_that_is_claimed_answers_and_the_others_refuse(router: Router) -> None:
    async def twin(read: Read, *arguments: object) -> object:
        return await getattr(router, f"{read.value}_async")(*arguments)

    for read in Read:
        arguments = (ARGUMENTS[read],) if read in ARGUMENTS else ()
        if read in router.capabilities:
            answer = getattr(router, read.value)(*arguments)
            again = asyncio.run(twin(read, *arguments))
            assert type(again) is type(answer)
            assert list(answer) is not None if isinstance(answer, Table) else answer is not None
            assert pickle.loads(pickle.dumps(answer)) == answer
        else:
            with pytest.raises(UnsupportedError, match=read.value):
                getattr(router, read.value)(*arguments)
            with pytest.raises(UnsupportedError, match=read.value):
                asyncio.run(twin(read, *arguments))


def test_what_routes_can_be_asked(router: Router) -> None:
    lan = IPv4Network("192.0.2.0/24")
    assert {route.prefix for route in router.routes(PEER)} == {lan}
    for query in (lan, Exact(lan), RouteQuery(matching=Exact(lan), protocol=None)):
        assert [route.prefix for route in router.routes(query)] == [lan]
    try:
        longer = router.routes(Longer(IPv4Network("192.0.0.0/16")))
    except UnsupportedError:
        assert router.platform == "frr"
    else:
        assert lan in {route.prefix for route in longer}


def test_who_it_is(router: Router, running: Running) -> None:
    assert router.platform == running.options.platform
    assert router.host == f"{running.host}:{running.port}"
    assert repr(router) == f"<Router {router.platform} at {router.host}>"
    assert isinstance(router.capabilities, Capabilities) and router.capabilities.commit_confirmed
    assert router.leftovers == () and router.pending() is None
    router.check()


def test_a_change_is_shown_and_discarded(router: Router, running: Running) -> None:
    with router.candidate() as candidate:
        candidate.merge(change(router))
        if router.capabilities.validate:
            candidate.validate()
        diff = candidate.diff()
        assert diff and diff.added and "192.0.2.9" in str(diff) and "192.0.2.9" in diff._repr_html_()
        assert pickle.loads(pickle.dumps(diff)) == diff
        assert candidate.facts().hostname == "r1"
        with pytest.raises(LockedError):
            router.facts()
    assert "192.0.2.9" not in running.running_config
    assert router.facts().hostname == "r1"
    with pytest.raises(ClosedError, match="ended"):
        candidate.diff()


def test_a_change_is_committed(router: Router, running: Running) -> None:
    with router.candidate() as candidate:
        candidate.merge(change(router))
        candidate.commit("a new peer")
    assert "192.0.2.9" in running.running_config
    assert len(router.bgp_neighbors()) == 2
    before = router.running_config()
    with router.candidate() as candidate:
        candidate.replace(before)
        assert candidate.diff().is_empty
        candidate.discard()
    with router.candidate() as candidate, pytest.raises(RejectedError):
        candidate.merge("no such words")
    with router.candidate() as candidate, pytest.raises(OptionsError, match="empty"):
        candidate.merge(" \n")
    with pytest.raises(OptionsError, match="nothing was loaded"):
        router.candidate().commit()


def test_a_commit_waits_for_the_sessions(router: Router, running: Running) -> None:
    candidate = router.candidate()
    candidate.merge(change(router))
    confirming = candidate.commit_confirmed(WINDOW, "a new peer")
    now = datetime.now(timezone.utc)
    assert now < confirming.deadline <= now + WINDOW and timedelta() < confirming.remaining <= WINDOW
    health = confirming.wait_for_sessions([PEER, IPv4Address("192.0.2.9")], within=timedelta(milliseconds=10))
    assert not health.is_healthy
    assert [neighbor.address for neighbor in health.established] == [PEER]
    assert [down.address for down in health.down] == [IPv4Address("192.0.2.9")]
    assert confirming.bgp_neighbors()
    confirming.revert()
    assert "192.0.2.9" not in running.running_config
    with pytest.raises(ClosedError):
        confirming.confirm()
    assert router.wait_for_sessions(iter([PEER]), within=timedelta(seconds=5)).is_healthy


def test_another_process_takes_over(router: Router, running: Running) -> None:
    candidate = router.candidate()
    candidate.merge(change(router))
    confirming = candidate.commit_confirmed(WINDOW)
    token = pickle.loads(pickle.dumps(confirming.token))
    assert Token.from_dict(token.to_dict()) == token
    # the variables live, the session does not
    router.close()
    router.close()
    with pytest.raises(ClosedError):
        confirming.confirm()
    with pytest.raises(ClosedError):
        router.facts()
    assert "192.0.2.9" in running.running_config
    with Router.connect(running.driver, running.target()) as other:
        assert any(isinstance(left, CommitPending) for left in other.leftovers)
        pending = other.pending()
        assert pending is not None and pending.token == token
        with pytest.raises(OptionsError):
            other.reattach(token.replace(host="elsewhere"))
        with pytest.raises(NotFoundError):
            other.reattach(token.replace(id="none"))
        other.reattach(token).confirm()
        assert other.pending() is None
    assert "192.0.2.9" in running.running_config


def test_a_window_that_is_too_short() -> None:
    with junos(Fabric()) as running, Router.connect(running.driver, running.target()) as router:
        candidate = router.candidate()
        candidate.merge(change(router))
        with pytest.raises(OptionsError, match="below"):
            candidate.commit_confirmed(timedelta(seconds=1))
        assert router.facts().hostname == "r1"


def test_closing_the_router_discards(router: Router, running: Running) -> None:
    candidate = router.candidate()
    candidate.merge(change(router))
    router.close()
    with pytest.raises(ClosedError):
        candidate.commit()
    with Router.connect(running.driver, running.target()) as other, other.candidate() as fresh:
        assert fresh.diff().is_empty


def test_what_is_dropped_does_not_stay(router: Router) -> None:
    router.candidate().merge(change(router))
    gc.collect()
    with router.candidate() as candidate:
        assert candidate.diff().is_empty


def test_what_happens_inside_matters_more(running: Running) -> None:
    with pytest.raises(ZeroDivisionError):
        with Router.connect(running.driver, running.target()) as router, router.candidate():
            running.stop()
            raise ZeroDivisionError


def test_awaited(running: Running) -> None:
    async def run() -> None:
        async with await Router.connect_async(running.driver, running.target()) as router:
            await router.check_async()
            async with await router.candidate_async() as candidate:
                await candidate.merge_async(change(router))
                if router.capabilities.validate:
                    await candidate.validate_async()
                assert "192.0.2.9" in str(await candidate.diff_async())
                assert isinstance(await candidate.diff_async(), Diff)
                confirming = await candidate.commit_confirmed_async(WINDOW)
            health = await confirming.wait_for_sessions_async([PEER], within=timedelta(seconds=5))
            assert health.is_healthy
            await confirming.revert_async()
            assert await router.pending_async() is None
            candidate = await router.candidate_async()
            await candidate.replace_async(await candidate.running_config_async())
            await candidate.discard_async()
            with pytest.raises(NotFoundError):
                await router.reattach_async(confirming.token)
            assert (await router.wait_for_sessions_async([PEER], timedelta(seconds=5))).is_healthy
        with pytest.raises(ClosedError):
            await router.facts_async()

    asyncio.run(run())


@pytest.mark.parametrize("start", [frr, eos, junos])
def test_the_wrong_password(start: Callable[[Fabric], Running]) -> None:
    with start(Fabric()) as running:
        target = running.target()
        wrong = target.replace(credentials=target.credentials.replace(password="hunter2"))
        with pytest.raises(AuthError) as caught:
            Router.connect(running.driver, wrong)
        assert (caught.value.platform, caught.value.operation) == (running.options.platform, "connect")
        assert isinstance(caught.value, PeeringError) and "hunter2" not in f"{caught.value!r} {caught.value}"
        assert USERS[0].password.expose() not in str(caught.value)
