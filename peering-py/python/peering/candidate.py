"""Configuration changes: a candidate, and the commit that waits for its confirmation.

::

    router.candidate() ─▶ Candidate ── merge, replace, validate, diff ──┬─▶ discard
                                                                        ├─▶ commit
                                                                        └─▶ commit_confirmed ─▶ Confirming ─┬─▶ confirm
                                                                                                            └─▶ revert

A dry run is ``diff`` and then ``discard``. A candidate that nobody ends is discarded by the router's next call. A pending commit
that nobody ends is taken back by the device, on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import TYPE_CHECKING

from peering import _native
from peering._operation import finish
from peering._reads import Reads
from peering._record import Address, shape_of
from peering.diff import Diff
from peering.exceptions import PeeringError
from peering.health import Health
from peering.pending import Token

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Candidate", "Confirming"]


class Candidate(Reads[_native.Candidate]):
    """An open candidate configuration. It alone has the router's session until it has ended.

    It ends with :meth:`commit`, :meth:`commit_confirmed` or :meth:`discard`; after that every call raises
    :class:`~peering.exceptions.ClosedError`. As a context manager it is discarded on leaving, unless it has ended.

    >>> def change(router, text):
    ...     with router.candidate() as candidate:
    ...         candidate.merge(text)
    ...         if candidate.diff():
    ...             candidate.commit("new peers")
    """

    __slots__ = ()

    def merge(self, text: str) -> None:
        """Adds a text to the candidate; what it negates is removed.

        Raises :class:`~peering.exceptions.RejectedError` with the device's words: the candidate is as it was before.
        """
        self._inner.merge(text).wait()

    async def merge_async(self, text: str) -> None:
        """As :meth:`merge`, awaited."""
        await finish(self._inner.merge(text))

    def replace(self, text: str) -> None:
        """Makes a text the whole candidate. Raises as :meth:`merge`."""
        self._inner.replace(text).wait()

    async def replace_async(self, text: str) -> None:
        """As :meth:`replace`, awaited."""
        await finish(self._inner.replace(text))

    def validate(self) -> None:
        """Lets the device check the candidate. Raises :class:`~peering.exceptions.RejectedError` with its words."""
        self._inner.validate().wait()

    async def validate_async(self) -> None:
        """As :meth:`validate`, awaited."""
        await finish(self._inner.validate())

    def diff(self) -> Diff:
        """What a commit would change, as the device sees it."""
        raw, redacted = self._inner.diff().wait()
        return Diff(raw, redacted=redacted)

    async def diff_async(self) -> Diff:
        """As :meth:`diff`, awaited."""
        raw, redacted = await finish(self._inner.diff())
        return Diff(raw, redacted=redacted)

    def discard(self) -> None:
        """Throws the candidate away. If that fails the session is closed, and the device lets the lock lapse."""
        self._inner.discard().wait()

    async def discard_async(self) -> None:
        """As :meth:`discard`, awaited."""
        await finish(self._inner.discard())

    def commit(self, message: str | None = None) -> None:
        """Commits for good.

        Raises :class:`~peering.exceptions.RejectedError`: the old configuration is in force; and
        :class:`~peering.exceptions.OutcomeUnknownError`: the link failed after the commit was sent.
        """
        self._inner.commit(message).wait()

    async def commit_async(self, message: str | None = None) -> None:
        """As :meth:`commit`, awaited."""
        await finish(self._inner.commit(message))

    def commit_confirmed(self, window: timedelta, message: str | None = None) -> Confirming:
        """Commits for a window: unless it is confirmed within it, the device takes the change back by itself.

        The window is rounded up to the device's unit; :attr:`Confirming.deadline` has the true end. Raises
        :class:`~peering.exceptions.OptionsError` for a window below the device's minimum, else as :meth:`commit`.
        """
        return Confirming(self._inner.commit_confirmed(window, message).wait())

    async def commit_confirmed_async(self, window: timedelta, message: str | None = None) -> Confirming:
        """As :meth:`commit_confirmed`, awaited."""
        return Confirming(await finish(self._inner.commit_confirmed(window, message)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._inner.leave().wait()
        except PeeringError:
            # What happened inside matters more than a discard that failed after it.
            if error is None:
                raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await finish(self._inner.leave())
        except PeeringError:
            if error is None:
                raise


class Confirming(Reads[_native.Confirming]):
    """A commit in force that the device takes back at its :attr:`deadline` unless it is confirmed.

    It has the session until it is confirmed or reverted, or the router is closed; after that every call raises
    :class:`~peering.exceptions.ClosedError`.

    >>> from datetime import timedelta
    >>> def commit_safely(candidate, peers):
    ...     confirming = candidate.commit_confirmed(timedelta(minutes=5))
    ...     if confirming.wait_for_sessions(peers, within=timedelta(minutes=2)).is_healthy:
    ...         confirming.confirm()
    ...     else:
    ...         confirming.revert()
    """

    __slots__ = ()

    @property
    def token(self) -> Token:
        """What a new process needs to take over: see :meth:`peering.Router.reattach`."""
        token: Token = self._inner.token(shape_of(Token))
        return token

    @property
    def deadline(self) -> datetime:
        """When the device takes the change back, by this machine's clock; never later than the device's own deadline."""
        return self._inner.deadline

    @property
    def remaining(self) -> timedelta:
        """The time left, zero when it is over."""
        return max(self.deadline - datetime.now(timezone.utc), timedelta())

    def wait_for_sessions(self, peers: Iterable[Address], within: timedelta) -> Health:
        """Watches BGP sessions until all are established, ``within`` is over, or the deadline is near.

        A tenth of the time left is kept for the confirmation.
        """
        health: Health = self._inner.wait_for_sessions(list(peers), within, shape_of(Health)).wait()
        return health

    async def wait_for_sessions_async(self, peers: Iterable[Address], within: timedelta) -> Health:
        """As :meth:`wait_for_sessions`, awaited."""
        health: Health = await finish(self._inner.wait_for_sessions(list(peers), within, shape_of(Health)))
        return health

    def confirm(self) -> None:
        """Makes the change permanent and saves it.

        Raises :class:`~peering.exceptions.NotFoundError` when it is too late, and
        :class:`~peering.exceptions.OutcomeUnknownError` when the link failed meanwhile: look at
        :meth:`peering.Router.pending` and the configuration from a new session.
        """
        self._inner.confirm().wait()

    async def confirm_async(self) -> None:
        """As :meth:`confirm`, awaited."""
        await finish(self._inner.confirm())

    def revert(self) -> None:
        """Takes the change back now. Raises as :meth:`confirm`."""
        self._inner.revert().wait()

    async def revert_async(self) -> None:
        """As :meth:`revert`, awaited."""
        await finish(self._inner.revert())
