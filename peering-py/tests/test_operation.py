"""Calls that wait: with threads, signals, event loops, forks, and at the end of the interpreter.

What must not disturb a whole process is tried in one of its own, whose standard error stays empty.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from peering import Router
from peering.exceptions import ClosedError
from peering.sim import AtCommand, Delay, Fabric, Fault, RunningEos, RunningFrr, RunningJunos
from test_sim import STARTS, Running, eos, frr, junos

VERSION = {"frr": "vtysh", "arista_eos": "show version", "juniper_junos": "get-software-information"}


@pytest.fixture(params=STARTS)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with STARTS[request.param](Fabric()) as router:
        yield router


@pytest.fixture
def router(running: Running) -> Iterator[Router]:
    with Router.connect(running.driver, running.target()) as router:
        yield router


def delay(running: Running, by: timedelta = timedelta(seconds=3)) -> None:
    """The next ``facts`` takes so long."""
    running.inject(Fault(at=AtCommand(VERSION[running.options.platform]), kind=Delay(by)))


def in_step_or_closed(router: Router) -> bool:
    """What a call that was given up may leave behind."""
    try:
        return router.facts().hostname == "r1"
    except ClosedError:
        return True


def test_the_interpreter_is_released(running: Running, router: Router) -> None:
    delay(running, timedelta(milliseconds=400))
    thread = threading.Thread(target=router.facts)
    thread.start()
    turns = 0
    while thread.is_alive():
        turns += 1
        time.sleep(0.001)
    assert turns > 50


def test_many_threads_on_one_router(router: Router) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: router.facts().hostname, range(80)))
    assert names == ["r1"] * 80


def test_several_event_loops(router: Router) -> None:
    async def ask() -> list[str]:
        facts = await asyncio.gather(*(router.facts_async() for _ in range(10)))
        return [one.hostname for one in facts]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: asyncio.run(ask()), range(8)))
    assert answers == [["r1"] * 10] * 8


def test_giving_up_cancels_the_work(running: Running, router: Router) -> None:
    async def give_up() -> None:
        delay(running)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(router.facts_async(), 0.2)
        delay(running)
        task = asyncio.create_task(router.facts_async())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    begin = time.monotonic()
    asyncio.run(give_up())
    running.clear_faults()
    # A device may finish what it was asked first; nobody waits behind calls that were given up.
    assert in_step_or_closed(router) and time.monotonic() - begin < 10


def test_a_call_that_was_cancelled_before_it_began(router: Router) -> None:
    async def cancel() -> str:
        task = asyncio.create_task(router.facts_async())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return (await router.facts_async()).hostname

    assert asyncio.run(cancel()) == "r1"


def test_a_cancelled_candidate_is_discarded(running: Running, router: Router) -> None:
    async def change() -> None:
        async with await router.candidate_async() as candidate:
            await candidate.merge_async(running.running_config)
            await asyncio.sleep(60)

    async def give_up() -> None:
        task = asyncio.create_task(change())
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(give_up())
    with router.candidate() as candidate:
        assert candidate.diff().is_empty
    if isinstance(running, RunningEos):
        assert running.sessions == ()
    if isinstance(running, RunningJunos):
        assert not any(session.has_lock for session in running.sessions)


def test_ctrl_c_ends_a_call(running: Running, router: Router) -> None:
    delay(running)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        router.facts()
    assert time.monotonic() - begin < 2
    timer.join()
    running.clear_faults()
    assert in_step_or_closed(router)
    assert time.monotonic() - begin < 10


def test_a_signal_handler_that_returns_lets_it_go_on(running: Running, router: Router) -> None:
    delay(running, timedelta(milliseconds=500))
    seen: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: seen.append(number))
    try:
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        assert router.facts().hostname == "r1"
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert seen == [signal.SIGUSR1]


PREAMBLE = f"""
import asyncio, logging, os, signal, sys, threading, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from datetime import timedelta
from peering import Router
from peering.exceptions import ClosedError
from peering.sim import Fabric
from test_operation import delay, eos, frr, junos
running = {{start}}(Fabric())
router = Router.connect(running.driver, running.target())
"""


def script(start: str, body: str) -> list[str]:
    return [sys.executable, "-W", "error::RuntimeWarning", "-c", PREAMBLE.format(start=start) + body]


def run(start: str, body: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(script(start, body), capture_output=True, text=True, timeout=60, check=False)


def clean(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


@pytest.mark.parametrize("start", ["frr", "eos", "junos"])
def test_ctrl_c_in_a_terminal(start: str) -> None:
    body = "delay(running)\nprint('asking', flush=True)\nrouter.facts()\n"
    with subprocess.Popen(script(start, body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stderr is not None
        assert child.stdout.readline() == "asking\n"
        time.sleep(0.3)
        begin = time.monotonic()
        child.send_signal(signal.SIGINT)
        assert child.wait(10) == -signal.SIGINT
        assert time.monotonic() - begin < 3
        assert child.stderr.read().strip().endswith("KeyboardInterrupt")


FORK = """
child = os.fork()
if child == 0:
    for call in (router.facts, router.check, router.candidate, router.close):
        try:
            call()
        except ClosedError as error:
            assert "forked" in str(error), error
        else:
            raise AssertionError("it worked")
    del router
    with Router.connect(running_driver, target) as fresh:
        print("child", fresh.facts().hostname, flush=True)
    sys.exit(0)
_, status = os.waitpid(child, 0)
print("parent", status, router.facts().hostname, asyncio.run(router.facts_async()).hostname)
router.close()
"""


@pytest.mark.parametrize("start", ["frr", "eos", "junos"])
def test_after_a_fork(start: str) -> None:
    body = "running_driver, target = running.driver, running.target()\n" + FORK
    assert clean(run(start, body)) == "child r1\nparent 0 r1 r1\n"


def test_many_forks_while_others_call() -> None:
    body = """
running_driver, target = running.driver, running.target()
logging.getLogger("peering").setLevel(logging.DEBUG)
logging.getLogger("peering").addHandler(logging.NullHandler())
is_over = threading.Event()
def ask():
    while not is_over.is_set():
        router.facts()
threads = [threading.Thread(target=ask) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        with Router.connect(running_driver, target) as fresh:
            os._exit(fresh.facts().hostname != "r1")
    assert os.waitpid(child, 0)[1] == 0
is_over.set()
for thread in threads:
    thread.join()
print(router.facts().hostname)
"""
    assert clean(run("eos", body)) == "r1\n"


ENDINGS = {
    "a daemon thread waits": "delay(running)\nthreading.Thread(target=router.facts, daemon=True).start()\ntime.sleep(0.1)\n",
    "daemon threads come and go": """
def ask():
    while True:
        router.facts()
for _ in range(4):
    threading.Thread(target=ask, daemon=True).start()
time.sleep(0.2)
""",
    "a loop was left": """
loop = asyncio.new_event_loop()
tasks = [loop.create_task(router.facts_async()) for _ in range(20)]
for task in tasks:
    task._log_destroy_pending = False
loop.run_until_complete(asyncio.sleep(0.02))
""",
    "records are on their way": """
logging.basicConfig(level=logging.DEBUG, stream=open(os.devnull, "w"))
def ask():
    while True:
        router.facts()
threading.Thread(target=ask, daemon=True).start()
time.sleep(0.2)
""",
    "nothing was closed": "candidate = router.candidate()\nrouter.host\n",
    "sys.exit from a thread's side": "threading.Thread(target=router.facts).start()\nsys.exit(0)\n",
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("attempt", range(3))
def test_the_interpreter_ends_while(ending: str, attempt: int) -> None:
    begin = time.monotonic()
    clean(run("eos" if attempt else "junos", ENDINGS[ending]))
    assert time.monotonic() - begin < 15


def test_the_last_handlers_may_still_call() -> None:
    body = """
import atexit
"""
    head = "import atexit\natexit.register(lambda: print(router.facts().hostname, router.close()))\n"
    command = script("eos", body)
    done = subprocess.run([*command[:-1], head + command[-1]], capture_output=True, text=True, timeout=60, check=False)
    assert clean(done) == "r1 None\n"


def test_a_loop_that_is_closed_meanwhile() -> None:
    body = """
delay(running)
loop = asyncio.new_event_loop()
task = loop.create_task(router.facts_async())
task._log_destroy_pending = False
loop.run_until_complete(asyncio.sleep(0.1))
loop.close()
running.clear_faults()
running.cut_connections()
time.sleep(0.3)
del task
import gc
gc.collect()
try:
    print(router.facts().hostname)
except ClosedError:
    print("closed")
"""
    for start in ("frr", "eos", "junos"):
        assert clean(run(start, body)) in ("r1\n", "closed\n")


def test_the_starts_that_scripts_name() -> None:
    assert {RunningFrr, RunningEos, RunningJunos} == {type(start(Fabric())) for start in (frr, eos, junos)}
