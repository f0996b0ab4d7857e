"""What the environment and the configuration file say. The command line goes before the environment, that before the file.

The file is ``peering/config.toml`` in the user's configuration folder (or ``config.yaml``, ``config.json``: Python 3.10 reads no
TOML by itself), or the one that ``PEERING_CONFIG`` names:

.. code-block:: toml

    network = "~/peering/network.yaml"

    [target]                        # of every router: the fields of peering.Target
    credentials = { username = "netops", private_key = "~/.ssh/netops" }

    [routers.edge1]                 # of one: over those of every router
    target = { port = 8443 }
    options = { transport = "http" }        # of its driver
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["VARIABLES", "Settings", "Variable", "first_set", "user_folder"]


class Variable(NamedTuple):
    """An environment variable that is read.

    >>> next(variable for variable in VARIABLES if variable.name == "PEERING_CACHE").is_secret
    False
    """

    #: Its name.
    name: str
    #: What it is for.
    meaning: str
    #: Whether its value is never shown.
    is_secret: bool = False


#: All that are read here or in what the commands call.
VARIABLES = (
    Variable("PEERING_CONFIG", "the configuration file"),
    Variable("PEERING_CACHE", "the PeeringDB cache, as --cache"),
    Variable("PEERING_NETWORK", "the network document, as --network"),
    Variable("PEERING_TEMPLATES", "templates for routers whose document names none, a folder for each driver"),
    Variable("PEERING_USERNAME", "the routers' user name, as --user; else NAPALM_USERNAME, else ssh's own, else USER"),
    Variable("PEERING_PASSWORD", "the routers' password; else NAPALM_PASSWORD", True),
    Variable("PEERING_PASSWORD_COMMAND", "a command that prints the password, as --password-command"),
    Variable("PEERING_PRIVATE_KEY", "a file with an SSH private key, as --key"),
    Variable("PEERINGDB_API_KEY", "PeeringDB's API key", True),
    Variable("SECRET_PEERINGDB_API_KEY", "PeeringDB's API key, as arouteserver reads it", True),
    Variable("NAPALM_USERNAME", "as Peering Manager reads it"),
    Variable("NAPALM_PASSWORD", "as Peering Manager reads it", True),
    Variable("PDB_SYNC_URL", "PeeringDB's address, as peeringdb-py reads it"),
    Variable("PDB_SYNC_API_KEY", "PeeringDB's API key, as peeringdb-py reads it", True),
    Variable("PDB_SYNC_CACHE_URL", "the folder of PeeringDB's files of whole lists, as peeringdb-py reads it"),
    Variable("PDB_SYNC_TIMEOUT", "seconds for one answer, as peeringdb-py reads it"),
    Variable("PDB_SYNC_PROXY", "a proxy for PeeringDB, as peeringdb-py reads it", True),
    Variable("HTTPS_PROXY", "a proxy for https", True),
    Variable("NO_PROXY", "hosts without a proxy"),
    Variable("SSH_AUTH_SOCK", "the SSH agent, asked if it is there"),
    Variable("XDG_CACHE_HOME", "where the cache is (else ~/.cache)"),
    Variable("XDG_CONFIG_HOME", "where the configuration file is (else ~/.config)"),
    Variable("XDG_STATE_HOME", "where trusted host keys and tokens of pending commits are (else ~/.local/state)"),
    Variable("NO_COLOR", "no colours, if it is not empty"),
)

_FOLDERS = {
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "config": ("XDG_CONFIG_HOME", ".config"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}


def first_set(*names: str) -> str | None:
    """The value of the first of these variables that says anything."""
    return next((value for name in names if (value := os.environ.get(name))), None)


def user_folder(kind: str) -> Path:
    """``peering`` in the user's folder for caches, configuration or state."""
    variable, usual = _FOLDERS[kind]
    home = os.environ.get(variable)
    return (Path(home) if home else Path.home() / usual) / "peering"


class Settings:
    """What the configuration file says: read when something is first asked.

    >>> Settings({"routers": {"edge1": {"target": {"port": 8443}}}}).router("edge1")
    ({'port': 8443}, {})
    """

    def __init__(self, data: Mapping[str, Any] | None = None, path: Path | None = None) -> None:
        self.path = path
        self._data = data or {}

    @staticmethod
    def found() -> list[Path]:
        """The configuration files that are there, the one that is read first."""
        named = os.environ.get("PEERING_CONFIG")
        folder = user_folder("config")
        places = [Path(named).expanduser()] if named else [folder / f"config.{end}" for end in ("toml", "yaml", "json")]
        return [place for place in places if place.is_file()]

    @classmethod
    def load(cls) -> Settings:
        """What the file says, nothing if there is none."""
        from peering.exceptions import NotFoundError

        found = cls.found()
        if not found:
            named = os.environ.get("PEERING_CONFIG")
            if named:
                raise NotFoundError(f"the configuration file {named} of PEERING_CONFIG does not exist")
            return cls()
        data = _read(found[0])
        _check(data, found[0])
        return cls(data, found[0])

    def text(self, name: str) -> str | None:
        """A setting of the first level."""
        value = self._data.get(name)
        return None if value is None else str(value)

    def router(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is said of one router: the fields of its ``peering.Target``, and the options of its driver."""
        own = self._data.get("routers", {}).get(name, {})
        return _merged(self._data.get("target", {}), own.get("target", {})), dict(own.get("options", {}))


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A new dictionary every time: what is said of one router never reaches another."""
    merged: dict[str, Any] = {}
    for name in {**base, **over}:
        below, above = base.get(name), over.get(name)
        if isinstance(below, Mapping) and (above is None or isinstance(above, Mapping)):
            merged[name] = _merged(below, above or {})
        else:
            merged[name] = above if name in over else below
    return merged


def _read(path: Path) -> dict[str, Any]:
    from peering.exceptions import StorageError
    from peering.peeringdb.config import read_file

    try:
        return read_file(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be read", cause=error.strerror) from None


_KNOWN = {
    "cache": str,
    "network": str,
    "password_command": str,
    "templates": str,
    "username": str,
    "target": dict,
    "routers": dict,
}


def _check(data: Mapping[str, Any], path: Path) -> None:
    """Refuses what nobody reads (most likely a typing error), and passwords, which do not belong into such a file."""
    from peering.exceptions import OptionsError

    for name, value in data.items():
        if not isinstance(value, _KNOWN.get(name, ())):
            raise OptionsError(f"{path}: {name} is not known here, or not of the right form")
    for name, router in data.get("routers", {}).items():
        if not isinstance(router, dict) or set(router) - {"target", "options"}:
            raise OptionsError(f"{path}: routers.{name} may have the tables target and options")
    for place, target in [("target", data.get("target", {}))] + [
        (f"routers.{name}.target", router.get("target", {})) for name, router in data.get("routers", {}).items()
    ]:
        for secret in ("password", "passphrase"):
            if secret in target.get("credentials", {}):
                raise OptionsError(f"{path}: {place}.credentials.{secret} does not belong here; use password_command")
