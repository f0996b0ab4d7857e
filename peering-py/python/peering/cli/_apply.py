"""``apply``: commit with a timer, wait for the BGP sessions, confirm or take back."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peering.cli import _pending
from peering.cli._configure import show_diff, stage
from peering.cli._exits import Failed
from peering.cli._output import Answer, ask
from peering.cli._routers import Outcome, answer, connected, each
from peering.exceptions import OutcomeUnknownError, PeeringError

if TYPE_CHECKING:
    from peering import Candidate, Confirming, Diff, Network, Router
    from peering._record import Address
    from peering.cli._call import Call
    from peering.cli._routers import Destination
    from peering.health import Health

#: What the router waits longer than we do, for the confirmation to reach it.
_MARGIN = timedelta(seconds=15)


class Rollout:
    """One ``apply``, for one router or several."""

    def __init__(self, call: Call, network: Network | None, found: list[Destination], texts: dict[str, str]) -> None:
        self._call = call
        self._network = network
        self._found = found
        self._texts = texts
        #: What somebody has agreed to, by router.
        self._agreed: dict[str, Diff] = {}

    def run(self) -> Answer:
        """Asks first, unless told not to. What was agreed to is what is done: a router whose diff is another one by then
        is left alone."""
        arguments, output = self._call.arguments, self._call.output
        if not arguments.yes:
            if output.is_json or not sys.stdin.isatty():
                raise Failed("options", "there is nobody to ask here: look at `peering diff`, then say --yes")
            shown = each(self._call, self._found, self._look)
            for outcome in shown:
                show_diff(self._call, outcome)
            if any(outcome.error is not None for outcome in shown):
                return answer(output, "apply", shown)
            changing = [outcome.name for outcome in shown if outcome.data["changes"]]
            if not changing:
                return answer(output, "apply", shown)
            if not ask(f"Change {', '.join(changing)}?"):
                return Answer({"routers": []}, error=Failed("declined", "nothing was changed"))
            unchanged = [outcome for outcome in shown if outcome.name not in changing]
            return self._roll([one for one in self._found if one.name in changing], unchanged)
        return self._roll(self._found, [])

    def _roll(self, found: list[Destination], unchanged: list[Outcome]) -> Answer:
        outcomes = each(self._call, found, self._apply, stop=True)
        done = {outcome.name: outcome for outcome in [*unchanged, *outcomes]}
        left = [one.name for one in self._found if one.name not in done]
        if left:
            self._call.output.warn(f"not begun, because another one failed: {', '.join(left)}")
        return answer(self._call.output, "apply", [done[one.name] for one in self._found if one.name in done])

    async def _look(self, destination: Destination) -> Outcome:
        # The lock is not held while somebody reads.
        async with await connected(destination) as router:
            candidate = await stage(self._call, router, self._texts[destination.name])
            try:
                diff = await candidate.diff_async()
            finally:
                await candidate.discard_async()
        self._agreed[destination.name] = diff
        return Outcome(destination.name, {"changes": not diff.is_empty, "diff": str(diff), "result": "unchanged"})

    async def _apply(self, destination: Destination) -> Outcome:
        name, output = destination.name, self._call.output
        async with await connected(destination) as router:
            peers, down_before = await self._peers(destination, router)
            candidate = await stage(self._call, router, self._texts[name])
            try:
                diff = await candidate.diff_async()
                data: dict[str, Any] = {"changes": not diff.is_empty, "diff": str(diff), "result": "unchanged"}
                if not self._call.arguments.yes and self._agreed[name] != diff:
                    raise Failed("rejected", "the router's configuration changed while its diff was read; look again")
            except BaseException:
                await candidate.discard_async()
                raise
            if self._call.arguments.yes:
                show_diff(self._call, Outcome(name, data))
            if diff.is_empty:
                await candidate.discard_async()
                return Outcome(name, data)
            for address in down_before:
                output.warn(f"{name}: {address} was down before, and is not waited for")
            if not peers and not self._call.arguments.no_wait:
                output.warn(f"{name}: there is no session to wait for; the commit is confirmed at once")
            return await self._commit(destination, candidate, peers, data)

    async def _commit(
        self, destination: Destination, candidate: Candidate, peers: list[Address], data: dict[str, Any]
    ) -> Outcome:
        name, output, arguments = destination.name, self._call.output, self._call.arguments
        window = arguments.window or arguments.within + _MARGIN
        try:
            confirming = await candidate.commit_confirmed_async(window, message=arguments.message)
        except PeeringError as error:
            return _failed(name, data, error)
        _pending.remember(destination, confirming.token)
        data |= {"token": confirming.token.to_dict(), "deadline": confirming.deadline.isoformat(), "result": "pending"}
        output.note(f"{name}: in force; the router takes it back at {confirming.deadline.astimezone():%H:%M:%S}")
        if arguments.no_wait:
            output.print(f"{name}: pending; `peering confirm --router {name}` makes it permanent")
            return Outcome(name, data)
        try:
            health = await confirming.wait_for_sessions_async(peers, arguments.within)
        except BaseException as error:
            # Ctrl-C as well: the sessions were not seen to come up.
            await self._revert(destination, confirming, data)
            if isinstance(error, asyncio.CancelledError):
                raise
            return Outcome(name, data, error)
        data["sessions"] = health.to_dict()
        self._show(name, health)
        if health.is_healthy:
            try:
                await confirming.confirm_async()
            except PeeringError as error:
                return _failed(name, data, error)
            _pending.forget(destination)
            data["result"] = "confirmed"
            output.print(f"{name}: confirmed and saved; sessions that are up: {len(peers)}", style="green")
            return Outcome(name, data)
        await self._revert(destination, confirming, data)
        message = f"{len(health.down)} of {len(peers)} sessions did not come up"
        if data["result"] == "reverted":
            message += "; the old configuration is back"
        return Outcome(name, data, Failed("sessions-down", message, host=destination.target.host, operation="apply"))

    async def _revert(self, destination: Destination, confirming: Confirming, data: dict[str, Any]) -> None:
        """Takes the change back now. Where that fails, the router does it at the deadline."""
        try:
            await confirming.revert_async()
        except PeeringError as error:
            data["result"] = "pending"
            self._call.output.warn(f"{destination.name}: {error}; the router takes the change back at its deadline")
            return
        _pending.forget(destination)
        data["result"] = "reverted"

    async def _peers(self, destination: Destination, router: Router) -> tuple[list[Address], list[Address]]:
        """Whom to wait for, and who should be up and was not before, so that its absence says nothing."""
        arguments = self._call.arguments
        if arguments.no_wait:
            return [], []
        if arguments.peers:
            return arguments.peers, []
        if self._network is None or not destination.is_known:
            return [], []
        expected = list(self._network.expected_neighbors(destination.name, exchange=arguments.exchange))
        rows = await router.bgp_neighbors_async()
        up = {row.address for row in rows if row.is_established}
        down = set() if arguments.strict else {row.address for row in rows if row.is_enabled} - up
        # The change is about one exchange, but may hurt others.
        others = [peer for peer in self._network.expected_neighbors(destination.name) if peer not in expected]
        wanted = [peer for peer in expected if peer not in down] + [peer for peer in others if peer in up]
        return wanted, [peer for peer in expected if peer in down]

    def _show(self, name: str, health: Health) -> None:
        for neighbor in health.established:
            self._call.output.note(f"{name}: up    {neighbor.address} AS{neighbor.remote_as}", style="green")
        for down in health.down:
            self._call.output.note(f"{name}: down  {down}", style="red")


def _failed(name: str, data: dict[str, Any], error: PeeringError) -> Outcome:
    if isinstance(error, OutcomeUnknownError):
        data["result"] = "unknown"
    return Outcome(name, data, error)
