"""The drivers, one for each platform."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peering.candidate import Candidate
from peering.exceptions import RejectedError
from peering.napalm import _arguments
from peering.napalm._arguments import Arguments, eos, frr, junos
from peering.napalm._driver import Driver
from peering.router import Router

if TYPE_CHECKING:
    from peering.target import Target

__all__ = [
    "EosDriver",
    "FrrDriver",
    "IosDriver",
    "IosxrNetconfDriver",
    "JunosDriver",
    "NxosDriver",
    "NxosSshDriver",
]

#: Where NAPALM keeps what was in force before a commit.
CHECKPOINT = "flash:rollback-0"


class EosDriver(Driver):
    """Arista EOS, as NAPALM's ``eos``.

    >>> router = EosDriver("192.0.2.1", "netops", "secret", optional_args={"transport": "https", "port": 8443})
    >>> router
    <EosDriver netops@192.0.2.1>
    """

    platform = "eos"
    _locked = "SessionLockedException"
    _takes_message = False

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        return eos(arguments)

    def _remember(self, candidate: Candidate) -> None:
        # what is running, where NAPALM takes what is saved
        candidate.command(f"copy running-config {CHECKPOINT}")

    def _go_back(self, router: Router) -> None:
        router.command(f"configure replace {CHECKPOINT}")
        router.command("write memory")


class JunosDriver(Driver):
    """Juniper Junos, as NAPALM's ``junos``. ``optional_args["minute"]`` is how long a simulated router's minute is.

    >>> router = JunosDriver("192.0.2.1", "netops", "secret", optional_args={"port": 830})
    >>> router.is_alive()
    {'is_alive': False}
    """

    platform = "junos"
    _window_step = 60
    _may_keep_lock = True
    _confirms_others = True

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        return junos(arguments)

    def _window(self, seconds: int) -> timedelta:
        # a simulated router may have shorter minutes
        minute: timedelta = self._driver.minute
        return seconds // self._window_step * minute

    def _go_back(self, router: Router) -> None:
        previous = router.command("show system rollback 1")
        with router.candidate() as candidate:
            candidate.replace(previous)
            candidate.commit()


class _Remembering(Driver):
    """What was in force before a commit is known to the object that made it, and to nobody else."""

    _previous: str | None = None

    def _remember(self, candidate: Candidate) -> None:
        self._previous = candidate.running_config()

    def _go_back(self, router: Router) -> None:
        if self._previous is None:
            raise RejectedError("nothing was committed by this object: there is nothing to go back to")
        with router.candidate() as candidate:
            candidate.replace(self._previous)
            candidate.commit()


class FrrDriver(_Remembering):
    """FRRouting, which NAPALM has no driver for.

    What was in force before a commit is known to the object that made it, and to nobody else.

    >>> FrrDriver("192.0.2.1", "netops", "secret").platform
    'frr'
    """

    platform = "frr"
    _confirms_others = True

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        return frr(arguments)


class IosDriver(_Remembering):
    """Cisco IOS and IOS-XE, as NAPALM's ``ios``.

    What was in force before a commit is known to the object that made it. A replacement must be a whole configuration.

    >>> IosDriver("192.0.2.1", "netops", "secret", optional_args={"secret": "hunter2", "inline_transfer": True})
    <IosDriver netops@192.0.2.1>
    """

    platform = "ios"
    _takes_message = False
    _window_step = 60

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        return _arguments.ios(arguments)


class IosxrNetconfDriver(_Remembering):
    """Cisco IOS-XR over NETCONF, as NAPALM's ``iosxr_netconf``; and commits with ``revert_in`` and a message, which it lacks.

    >>> IosxrNetconfDriver("192.0.2.1", "netops", "secret").platform
    'iosxr_netconf'
    """

    platform = "iosxr_netconf"
    _may_keep_lock = True

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        return _arguments.iosxr(arguments)


class NxosDriver(_Remembering):
    """Cisco NX-OS over NX-API, as NAPALM's ``nxos``. Files are put by SSH, at the port ``optional_args["ssh_port"]``.

    >>> NxosDriver("192.0.2.1", "netops", "secret", optional_args={"transport": "https", "ssl_verify": True}).platform
    'nxos'
    """

    platform = "nxos"
    _takes_message = False

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        return _arguments.nxos(arguments)


class NxosSshDriver(_Remembering):
    """Cisco NX-OS over its command line, as NAPALM's ``nxos_ssh``.

    >>> NxosSshDriver("192.0.2.1", "netops", "secret").platform
    'nxos_ssh'
    """

    platform = "nxos_ssh"
    _takes_message = False

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        return _arguments.nxos_ssh(arguments)
