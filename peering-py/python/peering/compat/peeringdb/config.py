"""peeringdb-py's configuration, in its form.

>>> load_config("/no/such/directory")["sync"]["url"]
'https://www.peeringdb.com/api'
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from peering.peeringdb.config import DIRECTORY, Config
from peering.peeringdb.config import load_config as _load

__all__ = ["DEFAULT_CONFIG_DIR", "default_config", "load_config"]

#: Where the file is.
DEFAULT_CONFIG_DIR = DIRECTORY


def default_config() -> dict[str, Any]:
    """The settings without a file: the environment's, then the defaults.

    >>> sorted(default_config())
    ['log', 'orm', 'sync']
    """
    return _in_sections(_load(os.devnull))


def load_config(conf_dir: str | os.PathLike[str] = DEFAULT_CONFIG_DIR) -> dict[str, Any]:
    """The settings of the file in a directory, then of the environment, then the defaults.

    >>> load_config("/no/such/directory")["orm"]["database"]["engine"]
    'sqlite3'
    """
    return _in_sections(_load(conf_dir))


def _in_sections(config: Config) -> dict[str, Any]:
    # PeeringDB takes no logins any more, so they are not handed on.
    return {
        "sync": {
            "url": config.url,
            "cache_url": config.cache_url,
            "cache_dir": str(config.cache_dir),
            "user": "",
            "password": "",
            "strip_tz": 1,
            "only": list(config.only),
            "timeout": 0 if config.timeout is None else int(config.timeout.total_seconds()),
            "api_key": "" if config.api_key is None else config.api_key.expose(),
            "failed_entries": os.environ.get("FAILED_ENTRIES_FILE", "failed_entries.json"),
            "proxy": "" if config.proxy is None else config.proxy.expose(),
            "lookback": 1 if config.lookback is None else int(config.lookback.total_seconds()),
        },
        "orm": {
            "secret_key": "",
            "backend": "django_peeringdb",
            "migrate": True,
            "database": {
                "engine": config.engine,
                "name": config.database or "peeringdb.sqlite3",
                "host": "",
                "port": 0,
                "user": "",
                "password": "",
            },
        },
        "log": {"allow_other_loggers": 0, "level": "INFO"},
    }


def from_sections(sections: dict[str, Any]) -> Config:
    """The settings in our form."""
    from peering.peeringdb.config import in_sections

    return in_sections(sections, source=Path(os.devnull), environ={})
