"""The tasks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from peering.nornir._connection import router

if TYPE_CHECKING:
    from nornir.core.task import Result, Task

    from peering._record import Address
    from peering.candidate import Candidate


def facts(task: Task) -> Result:
    """Who the router is: the result is a :class:`peering.state.Facts`.

    >>> def versions(nr):
    ...     return {host: done.result.os_version for host, done in nr.run(task=facts).items()}
    """
    from nornir.core.task import Result

    return Result(host=task.host, result=router(task).facts())


def bgp_neighbors(task: Task) -> Result:
    """Its BGP neighbours: the result is a table of :class:`peering.state.BgpNeighbor`.

    >>> def down(nr):
    ...     done = nr.run(task=bgp_neighbors)
    ...     return {host: [peer for peer in one.result if not peer.is_established] for host, one in done.items()}
    """
    from nornir.core.task import Result

    return Result(host=task.host, result=router(task).bgp_neighbors())


def configure(
    task: Task,
    text: str,
    *,
    replace: bool = False,
    window: timedelta | None = None,
    peers: Iterable[Address] | None = None,
    within: timedelta = timedelta(minutes=1),
    message: str | None = None,
    dry_run: bool | None = None,
) -> Result:
    """Merges a text into the configuration, or makes it the whole one.

    With a ``window`` the router takes the change back by itself unless it is confirmed in time. Before it is confirmed, ``peers``
    have to be established ``within`` a time; without a list those that were established before the change. If they are
    not, the change is taken back at once, and the task has failed: the result is a :class:`peering.router.Health` that says who
    is down and why. A dry run (here, or Nornir's own) only compares.

    The result's ``diff`` is the difference with passwords blacked out, and ``changed`` says whether the configuration is another
    now, or would be.

    >>> def deploy(nr, texts):
    ...     def one(task):
    ...         return configure(task, texts[task.host.name], window=timedelta(minutes=5))
    ...     return nr.run(task=one)
    """
    from nornir.core.task import Result

    to = router(task)
    watched = None if peers is None else list(peers)
    if watched is None and window is not None and not task.is_dry_run(dry_run):
        watched = [peer.address for peer in to.bgp_neighbors() if peer.is_established]
    with to.candidate() as candidate:
        if replace:
            candidate.replace(text)
        else:
            candidate.merge(text)
        diff = candidate.diff()
        if not diff or task.is_dry_run(dry_run):
            candidate.discard()
            return Result(host=task.host, diff=str(diff), changed=bool(diff))
        if window is None:
            candidate.commit(message)
            return Result(host=task.host, diff=str(diff), changed=True)
        return _confirmed(task, candidate, str(diff), window, watched or [], within, message)


def _confirmed(
    task: Task,
    candidate: Candidate,
    diff: str,
    window: timedelta,
    peers: list[Address],
    within: timedelta,
    message: str | None,
) -> Result:
    from nornir.core.task import Result

    confirming = candidate.commit_confirmed(window, message)
    health = confirming.wait_for_sessions(peers, within)
    if health.is_healthy:
        confirming.confirm()
        return Result(host=task.host, result=health, diff=diff, changed=True)
    confirming.revert()
    return Result(host=task.host, result=health, diff=diff, changed=False, failed=True)
