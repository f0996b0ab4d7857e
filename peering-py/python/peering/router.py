"""Routers: what users hold. Configuration changes are in :mod:`peering.candidate`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

from peering import _native
from peering._operation import finish
from peering._reads import Reads
from peering._record import Address, shape_of
from peering.candidate import Candidate, Confirming
from peering.diff import Diff
from peering.drivers import AristaEos, CiscoIos, CiscoIosxr, CiscoNxos, Frr, JuniperJunos
from peering.exceptions import PeeringError
from peering.health import Health, SessionDown
from peering.pending import CandidateLeft, CommitEnded, CommitPending, Leftover, Pending, Token

if TYPE_CHECKING:
    from typing_extensions import Self

    from peering.driver import Capabilities, Driver
    from peering.target import Target

__all__ = [
    "Candidate",
    "CandidateLeft",
    "CommitEnded",
    "CommitPending",
    "Confirming",
    "Diff",
    "Health",
    "Leftover",
    "Pending",
    "Router",
    "SessionDown",
    "Token",
]

#: A driver: by its name, or with options; of ours, or your own.
AnyDriver: TypeAlias = "str | AristaEos | CiscoIos | CiscoIosxr | CiscoNxos | Frr | JuniperJunos | Driver"


class Router(Reads[_native.Router]):
    """A connected router.

    Reads of several threads or tasks take turns. While a :class:`~peering.candidate.Candidate` or a
    :class:`~peering.candidate.Confirming` is open it alone may use the session (both have the same reads); everything else
    raises :class:`~peering.exceptions.LockedError`, except :meth:`close`. Leaving it as a context manager closes it.

    >>> from peering import Target
    >>> def established(host):
    ...     with Router.connect("arista_eos", Target.parse(host)) as router:
    ...         return [peer.address for peer in router.bgp_neighbors() if peer.is_established]
    """

    __slots__ = ()

    @classmethod
    def connect(cls, driver: AnyDriver, target: Target) -> Self:
        """Connects, authenticates, and learns what this device offers.

        The driver is a name (see :func:`peering.drivers.names`), a record of :mod:`peering.drivers` with options, or a
        :class:`peering.driver.Driver` of your own. Raises :class:`~peering.exceptions.ConnectError`,
        :class:`~peering.exceptions.TimeoutError`, :class:`~peering.exceptions.AuthError`,
        :class:`~peering.exceptions.HostKeyError`, :class:`~peering.exceptions.TlsError`,
        :class:`~peering.exceptions.OptionsError`.
        """
        return cls(_native.connect(driver, target).wait())

    @classmethod
    async def connect_async(cls, driver: AnyDriver, target: Target) -> Self:
        """As :meth:`connect`, awaited."""
        return cls(await finish(_native.connect(driver, target)))

    @property
    def platform(self) -> str:
        """The driver's name."""
        return self._inner.platform

    @property
    def host(self) -> str:
        """Host and port, as the target says them."""
        return self._inner.host

    @property
    def capabilities(self) -> Capabilities:
        """What this device offers."""
        from peering.driver import Capabilities

        found: Capabilities = self._inner.capabilities(shape_of(Capabilities))
        return found

    @property
    def leftovers(self) -> tuple[Leftover, ...]:
        """What an earlier session of ours had left on the device when this one connected."""
        found: tuple[Leftover, ...] = self._inner.leftovers(shape_of(tuple[Leftover, ...]))
        return found

    def check(self) -> None:
        """Returns if the device still answers; the exception says why it does not."""
        self._inner.check().wait()

    async def check_async(self) -> None:
        """As :meth:`check`, awaited."""
        await finish(self._inner.check())

    def wait_for_sessions(self, peers: Iterable[Address], within: timedelta) -> Health:
        """Watches BGP sessions until all are established or the time is over."""
        health: Health = self._inner.wait_for_sessions(list(peers), within, shape_of(Health)).wait()
        return health

    async def wait_for_sessions_async(self, peers: Iterable[Address], within: timedelta) -> Health:
        """As :meth:`wait_for_sessions`, awaited."""
        health: Health = await finish(self._inner.wait_for_sessions(list(peers), within, shape_of(Health)))
        return health

    def candidate(self) -> Candidate:
        """Opens a candidate: takes the device's lock and begins with the running configuration.

        Raises :class:`~peering.exceptions.LockedError` with the holder's name.
        """
        return Candidate(self._inner.candidate().wait())

    async def candidate_async(self) -> Candidate:
        """As :meth:`candidate`, awaited."""
        return Candidate(await finish(self._inner.candidate()))

    def pending(self) -> Pending | None:
        """The commit that waits for its confirmation on the device, whoever made it."""
        found: Pending | None = self._inner.pending(shape_of(Pending)).wait()
        return found

    async def pending_async(self) -> Pending | None:
        """As :meth:`pending`, awaited."""
        found: Pending | None = await finish(self._inner.pending(shape_of(Pending)))
        return found

    def reattach(self, token: Token) -> Confirming:
        """Takes over a pending commit that another process, or an earlier run, made.

        Raises :class:`~peering.exceptions.NotFoundError` when it is not pending any more, and
        :class:`~peering.exceptions.OptionsError` when the token is of another platform or host.
        """
        return Confirming(self._inner.reattach(token).wait())

    async def reattach_async(self, token: Token) -> Confirming:
        """As :meth:`reattach`, awaited."""
        return Confirming(await finish(self._inner.reattach(token)))

    def close(self) -> None:
        """Discards an open candidate and ends the session; a pending commit stays pending. Closing twice is fine."""
        self._inner.close().wait()

    async def close_async(self) -> None:
        """As :meth:`close`, awaited."""
        await finish(self._inner.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except PeeringError:
            # What happened inside matters more than a goodbye that failed after it.
            if error is None:
                raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.close_async()
        except PeeringError:
            if error is None:
                raise

    def __repr__(self) -> str:
        return f"<Router {self.platform} at {self.host}>"
