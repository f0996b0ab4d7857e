"""NAPALM's exceptions, by its names: what the drivers of :mod:`peering.napalm` raise.

A program that has NAPALM loaded catches them as NAPALM's own, too: what is raised then is both. The cause (``__cause__``) is the
:class:`~peering.exceptions.PeeringError` that says more.

>>> issubclass(ConnectAuthError, ConnectionException)
True
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = [
    "CommandErrorException",
    "CommandTimeoutException",
    "CommitConfirmException",
    "CommitError",
    "ConnectAuthError",
    "ConnectTimeoutError",
    "ConnectionClosedException",
    "ConnectionException",
    "DriverTemplateNotImplemented",
    "LockError",
    "MergeConfigException",
    "ModuleImportError",
    "NapalmException",
    "ReplaceConfigException",
    "SessionLockedException",
    "TemplateNotImplemented",
    "TemplateRenderException",
    "UnlockError",
    "UnsupportedVersion",
    "ValidationException",
]


class NapalmException(Exception):
    """What all of them are.

    >>> issubclass(CommitError, NapalmException)
    True
    """


class ModuleImportError(NapalmException):
    """There is no such driver.

    >>> issubclass(ModuleImportError, NapalmException)
    True
    """


class ConnectionException(NapalmException):
    """No connection could be made, or it is of no use.

    >>> issubclass(ConnectionException, NapalmException)
    True
    """


class ConnectAuthError(ConnectionException):
    """The router did not let us in.

    >>> issubclass(ConnectAuthError, ConnectionException)
    True
    """


class ConnectTimeoutError(ConnectionException):
    """No connection in time.

    >>> issubclass(ConnectTimeoutError, ConnectionException)
    True
    """


class ConnectionClosedException(ConnectionException):
    """The connection has ended, or has not been opened.

    >>> issubclass(ConnectionClosedException, ConnectionException)
    True
    """


class UnsupportedVersion(ConnectionException):
    """The router's software is too old.

    >>> issubclass(UnsupportedVersion, ConnectionException)
    True
    """


class ReplaceConfigException(NapalmException):
    """The router refused a configuration that was to replace its own.

    >>> issubclass(ReplaceConfigException, NapalmException)
    True
    """


class MergeConfigException(NapalmException):
    """The router refused a configuration that was to be merged into its own.

    >>> issubclass(MergeConfigException, NapalmException)
    True
    """


class CommitConfirmException(NapalmException):
    """The router has no such window for the confirmation of a commit.

    >>> issubclass(CommitConfirmException, NapalmException)
    True
    """


class CommitError(NapalmException):
    """A commit, a confirmation or a rollback that did not happen; or nobody knows whether it did, and it says so.

    >>> issubclass(CommitError, NapalmException)
    True
    """


class LockError(NapalmException):
    """Somebody else holds the configuration.

    >>> issubclass(LockError, NapalmException)
    True
    """


class UnlockError(NapalmException):
    """The configuration could not be given free.

    >>> issubclass(UnlockError, NapalmException)
    True
    """


class SessionLockedException(NapalmException):
    """Somebody else has a configuration session open.

    >>> issubclass(SessionLockedException, NapalmException)
    True
    """


class CommandTimeoutException(NapalmException):
    """No answer in time.

    >>> issubclass(CommandTimeoutException, NapalmException)
    True
    """


class CommandErrorException(NapalmException):
    """The router refused a command.

    >>> issubclass(CommandErrorException, NapalmException)
    True
    """


class DriverTemplateNotImplemented(NapalmException):
    """The platform has no templates.

    >>> issubclass(DriverTemplateNotImplemented, NapalmException)
    True
    """


class TemplateNotImplemented(NapalmException):
    """There is no such template.

    >>> issubclass(TemplateNotImplemented, NapalmException)
    True
    """


class TemplateRenderException(NapalmException):
    """A template could not be rendered.

    >>> issubclass(TemplateRenderException, NapalmException)
    True
    """


class ValidationException(NapalmException):
    """A validation makes no sense.

    >>> issubclass(ValidationException, NapalmException)
    True
    """


def made(name: str, message: str) -> NapalmException:
    """The exception of a name; where NAPALM is loaded it is NAPALM's, too.

    >>> made("LockError", "held by netops")
    LockError('held by netops')
    """
    theirs = sys.modules.get("napalm.base.exceptions")
    own: type[NapalmException] = globals()[name]
    return own(message) if theirs is None else _both(name)(message)


#: What is ours and NAPALM's, by name.
_BOTH: dict[str, type[NapalmException]] = {}


def _both(name: str) -> type[NapalmException]:
    if name in _BOTH:
        return _BOTH[name]
    own: type[NapalmException] = globals()[name]
    theirs: type[Exception] = getattr(sys.modules["napalm.base.exceptions"], name)
    members = {"__module__": own.__module__, "__doc__": own.__doc__, "__reduce__": _reduce}
    _BOTH[name] = type(name, (own, theirs), members)
    return _BOTH[name]


def _reduce(error: Exception) -> tuple[Any, ...]:
    """Another process may have NAPALM loaded or not."""
    return made, (type(error).__name__, str(error))
