"""Running routers with Cisco's systems: what they have besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peering.sim.router import IosRouter, NxosRouter, XrRouter
from peering.sim.running import ApiRouter, RunningRouter, Typed

if TYPE_CHECKING:
    from peering.drivers import CiscoIos, CiscoIosxr, CiscoNxos
    from peering.target import Target

__all__ = ["RunningIos", "RunningNxos", "RunningXr"]


class RunningIos(RunningRouter[IosRouter]):
    """A running router with IOS-XE.

    >>> from peering.sim import Fabric, IosRouter
    >>> with IosRouter(name="r1").start(Fabric()) as r1:
    ...     r1.typed, r1.driver.platform
    ((), 'cisco_ios')
    """

    __slots__ = ()

    @property
    def host_key(self) -> str:
        """The public half of its host key, in OpenSSH's format (``ssh-ed25519 AAAA…``)."""
        return self._inner.identity()

    @property
    def driver(self) -> CiscoIos:
        """The driver that fits: it knows the password for ``enable``, and how long the router's minute is."""
        from peering.drivers import CiscoIos

        return CiscoIos(enable_password=self.options.enable_secret, minute=self.options.minute)

    @property
    def typed(self) -> tuple[Typed, ...]:
        """Everything that was typed, oldest first."""
        return self._typed()


class RunningNxos(ApiRouter[NxosRouter]):
    """A running router with NX-OS. ``port`` is that of NX-API.

    >>> from peering.sim import Fabric, NxosRouter
    >>> with NxosRouter(name="n9k1").start(Fabric()) as n9k1:
    ...     n9k1.driver.ssh_port == n9k1.ssh_port, n9k1.http_port
    (True, None)
    """

    __slots__ = ()

    @property
    def driver(self) -> CiscoNxos:
        """The driver that fits, over NX-API: it knows where files are put."""
        from peering.drivers import CiscoNxos

        return CiscoNxos(ssh_port=self.ssh_port)


class RunningXr(RunningRouter[XrRouter]):
    """A running router with IOS-XR. ``port`` is that of NETCONF.

    >>> from peering.sim import Fabric, XrRouter
    >>> with XrRouter(name="r1").start(Fabric()) as r1:
    ...     r1.has_pending_commit, r1.requests, r1.typed, r1.shell_port == r1.port
    (False, (), (), False)
    """

    __slots__ = ()

    @property
    def host_key(self) -> str:
        """The public half of its host key, in OpenSSH's format (``ssh-ed25519 AAAA…``)."""
        return self._inner.identity()

    @property
    def driver(self) -> CiscoIosxr:
        """The driver that fits, over NETCONF."""
        from peering.drivers import CiscoIosxr

        return CiscoIosxr(commit_label=self.options.commit_label)

    @property
    def shell_port(self) -> int:
        """The port of its command line."""
        return self._inner.ssh()[0]

    def shell_target(self, user: str | None = None) -> Target:
        """How to connect to its command line: for a driver with the transport ``ssh``."""
        from peering.target import Pinned

        port, _, fingerprint = self._inner.ssh()
        return self.target(user).replace(port=port, host_key=Pinned(fingerprint))

    @property
    def typed(self) -> tuple[Typed, ...]:
        """Everything that was typed into its command line, oldest first."""
        return self._typed()

    @property
    def requests(self) -> tuple[str, ...]:
        """Everything that was asked over NETCONF, oldest first: operations by their names."""
        return tuple(name for _, names in self._inner.requests() for name in names)

    @property
    def has_pending_commit(self) -> bool:
        """Whether a commit waits to be confirmed."""
        return self._inner.has_pending_commit()
