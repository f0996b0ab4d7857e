"""Fixtures of the tests of other people's clients."""

import os

import pytest

from simulated import simulate


@pytest.fixture(scope="module")
def routers(request):
    """The simulated routers that the module asks for by its `SIMULATED`, the arguments of the example `simulate`."""
    with simulate(*request.module.SIMULATED) as routers:
        yield routers


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """In CI a skip is a failure, a module that lacks a client among them."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
