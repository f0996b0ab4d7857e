"""Drivers written in Python: the core's promises, errors by their kinds, and nothing out of step."""

from __future__ import annotations

import asyncio
import builtins
import time
from datetime import timedelta
from typing import Any

import pytest
from lamp import OFFERS, AsyncLampDriver, Device, LampDriver, LampSession
from peering import Credentials, Router, Secret, Target, Timeouts, conformance
from peering.driver import Capabilities, CommitOptions, Driver, Read, Session
from peering.exceptions import (
    AuthError,
    ClosedError,
    ConnectError,
    OptionsError,
    OutcomeUnknownError,
    ParseError,
    PeeringError,
    RejectedError,
    StorageError,
    TimeoutError,
    UnsupportedError,
)
from peering.pending import CandidateLeft, Leftover
from peering.state import Facts

TARGET = Target(host="lamp", credentials=Credentials(username="netops", password=Secret("right")))
KINDS = [LampDriver, AsyncLampDriver]


class Lamp(conformance.Subject):
    target = TARGET
    wrong_password = TARGET.replace(credentials=Credentials(username="netops", password=Secret("hunter2")))
    nobody = TARGET.replace(port=9)
    change = conformance.Change(
        apply="peer x\npassword sesame\n", remove="no peer x\nno password sesame\n", marker="peer x", secret="sesame"
    )
    refused = "peer a\nbad line\npeer b\n"
    commands = ("show", "nonsense")
    window = timedelta(seconds=2)
    grace = timedelta(seconds=5)

    def __init__(self, kind: type[LampDriver]) -> None:
        self.device = Device()
        self.driver = kind(self.device)

    def replacement(self, running: str) -> str:
        return f"{running}peer x\n"

    def meddle(self) -> None:
        self.device.lines = [*self.device.lines, "meddled"]

    def mend(self) -> None:
        self.device.lines = [line for line in self.device.lines if line != "meddled"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("promise", conformance.promises())
def test_a_driver_in_python_keeps_every_promise(promise: str, kind: type[LampDriver]) -> None:
    subject = Lamp(kind)
    conformance.check(subject, promise)
    assert subject.device.overlaps == 0


def test_the_suite_notices_a_promise_that_is_not_kept() -> None:
    class Careless(LampSession):
        def discard(self) -> None:
            self.device.lines = self.candidate or self.device.lines
            super().discard()

    class CarelessDriver(LampDriver):
        def connect(self, target: Target) -> Session:
            return Careless(self.device)

    with pytest.raises(conformance.Violation, match="a discarded candidate changes nothing"):
        conformance.check(Lamp(CarelessDriver), "discard_leaves_no_trace")


class Box(Driver):
    """A driver whose session has the methods that a test gives it."""

    name = "box"

    def __init__(self, offers: Capabilities = OFFERS, **methods: Any) -> None:
        self.offers = offers
        self.methods = methods
        self.targets: list[Target] = []
        self.closed = 0

    def capabilities(self) -> Capabilities:
        return self.offers

    def connect(self, target: Target) -> Session:
        self.targets.append(target)
        session = _BoxSession(self)
        for name, method in self.methods.items():
            setattr(session, name, method)
        return session


class _BoxSession(Session):
    def __init__(self, box: Box) -> None:
        self.box = box

    def capabilities(self) -> Capabilities:
        return self.box.offers

    def open_candidate(self) -> None: ...

    def discard(self) -> None: ...

    def check(self) -> None: ...

    def close(self) -> None:
        self.box.closed += 1


FACTS = Facts(vendor="Boxes", os_version="1", hostname="box")


def test_the_target_arrives_whole() -> None:
    box = Box()
    target = TARGET.replace(port=2201, timeouts=Timeouts(read=timedelta(seconds=7)), keepalive=None)
    with Router.connect(box, target) as router:
        assert (router.platform, router.host) == ("box", "lamp:2201")
    assert box.targets == [target]
    assert box.closed == 1


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (RejectedError("no"), RejectedError),
        (builtins.TimeoutError("slow"), TimeoutError),
        (ConnectionResetError("gone"), ClosedError),
        (EOFError(), ClosedError),
        (NotImplementedError("later"), UnsupportedError),
        (FileNotFoundError("key"), StorageError),
        (KeyError("vendor"), ParseError),
        (ZeroDivisionError("division by zero"), ParseError),
    ],
)
def test_exceptions_have_a_kind(raised: Exception, kind: type[PeeringError]) -> None:
    def facts() -> Facts:
        raise raised

    with Router.connect(Box(facts=facts), TARGET) as router, pytest.raises(kind) as caught:
        router.facts()
    assert (caught.value.platform, caught.value.host, caught.value.operation) == ("box", "lamp", "facts")
    if not isinstance(raised, PeeringError):
        assert type(raised).__name__ in caught.value.message
        assert caught.value.__cause__ is raised


def test_no_error_shows_the_password() -> None:
    def facts() -> Facts:
        raise RuntimeError("login right failed for netops")

    with Router.connect(Box(facts=facts), TARGET) as router, pytest.raises(ParseError) as caught:
        router.facts()
    assert caught.value.message == "RuntimeError: login <redacted> failed for netops"


def test_a_commit_that_breaks_is_of_unknown_outcome() -> None:
    def commit(options: CommitOptions) -> None:
        raise OSError("the cable")

    with Router.connect(Box(commit=commit, stage=lambda mode, text: None), TARGET) as router:
        candidate = router.candidate()
        candidate.merge("x")
        with pytest.raises(OutcomeUnknownError, match="the cable"):
            candidate.commit()


def test_a_connect_that_breaks_is_a_failed_connection() -> None:
    class Broken(Box):
        def connect(self, target: Target) -> Session:
            raise OSError("no route to host")

    with pytest.raises(ConnectError, match="no route to host"):
        Router.connect(Broken(), TARGET)


def test_what_is_returned_is_checked() -> None:
    box = Box(facts=lambda: {"vendor": "Boxes"}, bgp_neighbors=lambda: 7, running_config=lambda: None)
    with Router.connect(box, TARGET) as router:
        for read in (router.facts, router.bgp_neighbors, router.running_config):
            with pytest.raises(ParseError, match="returned something else"):
                read()

    class NoSession(Box):
        def connect(self, target: Target) -> Any:
            return "a session"

    with pytest.raises(ParseError, match=r"no peering\.driver\.Session"):
        Router.connect(NoSession(), TARGET)


def test_what_is_not_claimed_is_never_asked() -> None:
    asked: list[str] = []

    def facts() -> Facts:
        asked.append("facts")
        return FACTS

    with Router.connect(Box(Capabilities(reads=(Read.OPTICS,)), facts=facts), TARGET) as router:
        assert router.capabilities.reads == (Read.OPTICS,)
        with pytest.raises(UnsupportedError):
            router.facts()
        with pytest.raises(UnsupportedError):
            router.optics()
    assert asked == []


def test_something_else_is_no_driver() -> None:
    with pytest.raises((AttributeError, OptionsError)):
        Router.connect(object(), TARGET)  # type: ignore[arg-type]
    with pytest.raises(AuthError):
        Router.connect(LampDriver(Device()), Target(host="lamp"))


def test_a_call_that_nobody_waits_for_keeps_the_step() -> None:
    order: list[str] = []

    def facts() -> Facts:
        time.sleep(0.3)
        order.append("facts")
        return FACTS

    async def running_config() -> str:
        order.append("running_config")
        return "x"

    async def run() -> None:
        router = await Router.connect_async(Box(facts=facts, running_config=running_config), TARGET)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(router.facts_async(), 0.05)
        assert await router.running_config_async() == "x"
        await router.close_async()

    asyncio.run(run())
    assert order == ["facts", "running_config"]


def test_close_cancels_what_is_awaited() -> None:
    seen: list[str] = []

    async def facts() -> Facts:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        return FACTS

    box = Box(facts=facts)
    router = Router.connect(box, TARGET.replace(timeouts=Timeouts(read=timedelta(seconds=1))))
    with pytest.raises(TimeoutError):
        router.facts()
    router.close()
    # the driver's own thread may come to it a moment later
    deadline = time.monotonic() + 10
    while not seen and time.monotonic() < deadline:
        time.sleep(0.01)
    assert seen == ["cancelled"] and box.closed == 1


def test_a_router_that_is_dropped_closes_its_session() -> None:
    box = Box()
    router = Router.connect(box, TARGET)
    del router
    end = time.monotonic() + 5
    while not box.closed and time.monotonic() < end:
        time.sleep(0.01)
    assert box.closed == 1


def test_a_connection_that_comes_too_late_is_closed() -> None:
    class Slow(Box):
        def connect(self, target: Target) -> Session:
            time.sleep(0.3)
            return super().connect(target)

    box = Slow()
    with pytest.raises(TimeoutError):
        Router.connect(box, TARGET.replace(timeouts=Timeouts(connect=timedelta(milliseconds=50))))
    end = time.monotonic() + 5
    while not box.closed and time.monotonic() < end:
        time.sleep(0.01)
    assert box.closed == 1


def test_leftovers_and_diffs() -> None:
    def leftovers() -> list[Leftover]:
        return [CandidateLeft(holder="netops", is_ours=True)]

    box = Box(leftovers=leftovers, stage=lambda mode, text: None, diff=lambda: "+ key 7 sesame\n+ neighbor right\n")
    with Router.connect(box, TARGET) as router:
        assert router.leftovers == (CandidateLeft(holder="netops", is_ours=True),)
        with router.candidate() as candidate:
            candidate.merge("x")
            assert str(candidate.diff()) == "+ key 7 <redacted>\n+ neighbor <redacted>\n"
            assert "sesame" in candidate.diff().expose()


@pytest.mark.parametrize("kind", KINDS)
def test_many_at_once(kind: type[LampDriver]) -> None:
    async def run() -> None:
        device = Device()
        routers = await asyncio.gather(*(Router.connect_async(kind(device), TARGET) for _ in range(50)))
        assert device.sessions == 50
        found = await asyncio.gather(*(router.facts_async() for router in routers for _ in range(2)))
        assert {facts.hostname for facts in found} == {"lamp"}
        await asyncio.gather(*(router.close_async() for router in routers))
        assert device.sessions == 0 and device.overlaps == 0

    asyncio.run(run())
