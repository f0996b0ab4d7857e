"""Fixtures of the tests of other people's clients."""

import pytest

from simulated import simulate


@pytest.fixture(scope="module")
def routers(request):
    """The simulated routers that the module asks for by its `SIMULATED`, the arguments of the example `simulate`."""
    with simulate(*request.module.SIMULATED) as routers:
        yield routers
