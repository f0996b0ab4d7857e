"""A session is recorded with a router, and replayed without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from peering import Router
from peering.exceptions import PeeringError
from peering.sim import Fabric
from peering.target import Record, Replay
from test_sim import MEMBER, STARTS, USERS, Running


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_recorded_and_replayed(start: Callable[[Fabric], Running], tmp_path: Path) -> None:
    fabric = Fabric(delay=timedelta(milliseconds=20))
    fabric.add_member(MEMBER)
    file = tmp_path / "r1.transcript"
    with start(fabric) as running:
        assert running.wait_established(1)
        driver, target = running.driver, running.target()
        with Router.connect(driver, target.replace(wire=Record(file))) as router:
            facts, neighbors = router.facts(), router.bgp_neighbors()
    assert USERS[0].password.expose() not in file.read_text()
    with Router.connect(driver, target.replace(wire=Replay(file))) as router:
        assert router.facts() == facts
        assert router.bgp_neighbors() == neighbors and neighbors[0].is_established
        with pytest.raises(PeeringError):
            router.command("show something that was not asked")
