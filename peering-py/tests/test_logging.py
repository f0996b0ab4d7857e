"""What the core traces arrives in `logging`."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
from peering import Router
from peering.exceptions import PeeringError
from peering.sim import AtCommand, DropBefore, Fabric, Fault, RunningEos
from test_sim import USERS, eos, junos


@pytest.fixture
def running() -> Iterator[RunningEos]:
    with eos(Fabric()) as router:
        yield router


def test_operations_with_their_host(running: RunningEos, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "peering")
    with Router.connect(running.driver, running.target()) as router:
        router.facts()
        running.inject(Fault(at=AtCommand("show version"), kind=DropBefore()))
        with pytest.raises(PeeringError):
            router.facts()
    connected = next(record for record in caplog.records if record.getMessage().startswith("connect "))
    assert (connected.name, connected.levelno) == ("peering.router", logging.INFO)
    facts = [record.__dict__["peering"] for record in caplog.records if "operation=facts" in record.getMessage()]
    assert all(fields["host"] == router.host for fields in facts)
    assert any("took" in fields for fields in facts)
    failed = next(record for record in caplog.records if record.getMessage().startswith("failed"))
    assert (failed.levelno, failed.name, failed.threadName) == (logging.DEBUG, "peering.router", "peering")
    assert failed.__dict__["peering"]["kind"] == "Closed" or "kind=" in failed.getMessage()
    assert USERS[0].password.expose() not in caplog.text


def test_each_module_is_a_logger(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "peering.transport.netconf")
    with junos(Fabric()) as running, Router.connect(running.driver, running.target()) as router:
        router.facts()
    names = {record.name for record in caplog.records}
    assert names == {"peering.transport.netconf.session"}
    sessions = [record for record in caplog.records if record.getMessage().startswith("NETCONF session session_id=")]
    assert [record.__dict__["peering"]["platform"] for record in sessions] == ["juniper_junos"]


def test_levels_count_from_the_next_operation(running: RunningEos, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("peering")
    with Router.connect(running.driver, running.target()) as router:
        for level, is_logged in ((logging.WARNING, False), (logging.DEBUG, True), (logging.INFO, False)):
            caplog.clear()
            caplog.set_level(level, "peering")
            router.facts()
            assert bool(caplog.records) is is_logged
        caplog.set_level(logging.DEBUG, "peering")
        logging.disable(logging.DEBUG)
        try:
            router.facts()
            assert not caplog.records
        finally:
            logging.disable(logging.NOTSET)
    assert logger.handlers == []


class Curious(logging.Handler):
    """A handler that asks the router itself."""

    def __init__(self, router: Router) -> None:
        super().__init__()
        self.router = router
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not self.seen:
            self.seen.append(self.router.facts().hostname)


def test_a_handler_may_use_the_library(running: RunningEos) -> None:
    logger = logging.getLogger("peering")
    with Router.connect(running.driver, running.target()) as router:
        handler = Curious(router)
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        try:
            router.facts()
        finally:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)
    assert handler.seen == ["r1"]


def test_a_handler_that_fails_is_not_our_failure(running: RunningEos, capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise ZeroDivisionError

    logger = logging.getLogger("peering.router")
    handler = Broken()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    unraised: list[object] = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda raised: unraised.append(raised.exc_type)
    try:
        with Router.connect(running.driver, running.target()) as router:
            assert router.facts().hostname == "r1"
    finally:
        sys.unraisablehook = hook
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert ZeroDivisionError in unraised


def test_nothing_is_loaded_or_configured_on_import() -> None:
    script = (
        "import sys, peering; from peering import Router, Target, Credentials, Timeouts, Diff, Candidate;"
        "print([name for name in ('logging', 'asyncio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
