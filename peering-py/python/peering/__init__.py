"""Internet peering, automated: PeeringDB, the sessions you could have, and routers that take them safely.

What is used most stands here; the modules have the rest. Nothing is loaded before it is named, and nothing is configured
on import: not logging, not threads, not files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from peering._native import __version__

if TYPE_CHECKING:
    from peering._secret import Secret
    from peering.candidate import Candidate, Confirming
    from peering.diff import Diff
    from peering.discovery import Discovery
    from peering.exceptions import PeeringError
    from peering.model import Network
    from peering.peeringdb.cache import Cache
    from peering.peeringdb.client import Client
    from peering.router import Router
    from peering.table import Table
    from peering.target import Credentials, Target, Timeouts

#: Where each name lives.
_HOMES = {
    "Cache": "peering.peeringdb.cache",
    "Candidate": "peering.candidate",
    "Client": "peering.peeringdb.client",
    "Confirming": "peering.candidate",
    "Credentials": "peering.target",
    "Diff": "peering.diff",
    "Discovery": "peering.discovery",
    "Network": "peering.model",
    "PeeringError": "peering.exceptions",
    "Router": "peering.router",
    "Secret": "peering._secret",
    "Table": "peering.table",
    "Target": "peering.target",
    "Timeouts": "peering.target",
}

__all__ = [
    "Cache",
    "Candidate",
    "Client",
    "Confirming",
    "Credentials",
    "Diff",
    "Discovery",
    "Network",
    "PeeringError",
    "Router",
    "Secret",
    "Table",
    "Target",
    "Timeouts",
    "__version__",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'peering' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
