"""The connection plugin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peering import drivers
from peering.exceptions import OptionsError
from peering.router import Router
from peering.target import Target

if TYPE_CHECKING:
    from nornir.core.configuration import Config
    from nornir.core.task import Task

    from peering.driver import Driver

#: The name of the connection in ``connection_options`` and ``host.get_connection``.
CONNECTION_NAME = "peering"

#: NAPALM's names for platforms that we have drivers for.
_NAPALM_NAMES = {
    "eos": "arista_eos",
    "ios": "cisco_ios",
    "iosxr": "cisco_iosxr",
    "iosxr_netconf": "cisco_iosxr",
    "junos": "juniper_junos",
    "nxos": "cisco_nxos",
    "nxos_ssh": "cisco_nxos",
}

#: What a name of NAPALM's says besides the platform.
_NAPALM_OPTIONS: Mapping[str, Mapping[str, Any]] = {"nxos_ssh": {"transport": "ssh"}}

_RECORDS = {
    record.platform: record
    for record in (
        drivers.AristaEos,
        drivers.CiscoIos,
        drivers.CiscoIosxr,
        drivers.CiscoNxos,
        drivers.Frr,
        drivers.JuniperJunos,
    )
}


class Peering:
    """The connection plugin ``peering``: its ``connection`` is a :class:`peering.Router`.

    >>> Peering().open("192.0.2.1", "netops", None, None, None)
    Traceback (most recent call last):
    peering.exceptions.OptionsError: invalid option: the host has no platform: it names the driver, such as arista_eos
    """

    #: The router, once it is open.
    connection: Router

    def open(
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Connects; Nornir calls it."""
        options = dict(extras or {})
        driver = _driver(platform, options.pop("driver", None))
        fields: dict[str, Any] = {"host": hostname or "", **options}
        if port is not None:
            fields.setdefault("port", port)
        login = dict(fields.get("credentials") or {})
        login.setdefault("username", username or "")
        login.setdefault("password", password)
        fields["credentials"] = login
        ssh_config = _ssh_config(configuration)
        if ssh_config is not None:
            fields.setdefault("ssh_config", ssh_config)
        self.connection = Router.connect(driver, Target.from_dict(fields))

    def close(self) -> None:
        """Ends the connection; Nornir calls it."""
        self.connection.close()


def _driver(platform: str | None, options: Any) -> Any:
    """The driver of a platform, with options: a dict, or a driver itself."""
    from peering.driver import Driver

    if isinstance(options, (Driver, *_RECORDS.values())):
        return options
    if not platform:
        raise OptionsError("the host has no platform: it names the driver, such as arista_eos")
    given: Mapping[str, Any] = options or {}
    kind, _, name = platform.partition(":")
    if kind == "napalm" and name:
        return _bridge(name, given)
    record = _RECORDS.get(_NAPALM_NAMES.get(platform, platform))
    if record is not None:
        return record.from_dict({**_NAPALM_OPTIONS.get(platform, {}), **given})
    if given:
        raise OptionsError(f"the driver {platform!r} takes no options here")
    return platform


def _bridge(name: str, options: Mapping[str, Any]) -> Driver:
    from peering.napalm import Bridge

    return Bridge(name, optional_args=options)


def _ssh_config(configuration: Config | None) -> dict[str, str] | None:
    """Nornir's SSH configuration file, if it is another than the user's own, which we read anyway."""
    named = getattr(getattr(configuration, "ssh", None), "config_file", None)
    if not named:
        return None
    path = Path(named).expanduser()
    return None if path == Path("~/.ssh/config").expanduser() else {"file": str(path)}


def router(task: Task) -> Router:
    """The router of a task's host, connected when it is first asked for: for tasks of your own.

    >>> def hostname(task):
    ...     return router(task).facts().hostname
    """
    found: Router = task.host.get_connection(CONNECTION_NAME, task.nornir.config)
    return found
