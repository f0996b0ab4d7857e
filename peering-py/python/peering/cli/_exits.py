"""What a command's end says: exit codes, and the kinds of the envelope.

The numbers and the words are an interface: scripts go by them. They are only ever added to.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["EXITS", "Exit", "Failed", "UsageError", "exit_of"]


class Exit(NamedTuple):
    """One way for a command to end.

    >>> EXITS["locked"].code
    17
    """

    #: The exit status of the process.
    code: int
    #: The word in the envelope's ``error.kind``; also the key of :data:`EXITS`.
    kind: str
    #: What it means.
    meaning: str


_ALL = (
    Exit(0, "done", "done"),
    Exit(1, "failed", "something that should not happen: a defect in this program; --verbose shows where"),
    Exit(2, "usage", "the command line was not understood"),
    Exit(3, "changes", "diff --exit-code: there is something to change"),
    Exit(4, "sessions-down", "BGP sessions are down: apply has taken its change back; poll --check found some"),
    Exit(5, "several", "several routers failed, not all for the same reason; each one's error is in the data"),
    Exit(6, "declined", "the question was answered with no; nothing was changed"),
    Exit(10, "auth", "the credentials were refused"),
    Exit(11, "host-key", "the router's SSH host key is unknown, changed or revoked"),
    Exit(12, "tls", "the TLS certificate was not accepted"),
    Exit(13, "options", "an option, a value or the network document makes no sense"),
    Exit(14, "not-found", "what was asked for does not exist"),
    Exit(15, "unsupported", "the platform, the driver or this router does not offer it"),
    Exit(16, "rejected", "the far side refused what it was sent; its words are in the message"),
    Exit(17, "locked", "somebody else holds the configuration or the database; try later"),
    Exit(18, "connect", "no connection could be made"),
    Exit(19, "timeout", "no answer in time"),
    Exit(20, "closed", "the connection ended"),
    Exit(21, "rate-limited", "too many requests; try later"),
    Exit(22, "parse", "an answer, a file or a value does not have the expected form"),
    Exit(23, "template", "a template could not be loaded or rendered; nothing was sent"),
    Exit(24, "outcome-unknown", "the link failed after a commit was sent: look at the router, do not repeat"),
    Exit(25, "storage", "a file or the database could not be read or written"),
    Exit(130, "interrupted", "ended by Ctrl-C"),
    Exit(141, "broken-pipe", "whoever read the output went away; nothing is printed about it"),
)

#: Every way to end, by its kind.
EXITS = {exit.kind: exit for exit in _ALL}

#: The kinds of the exceptions of ``peering.exceptions``, by class name: nothing is imported to say them.
_KINDS = {
    "AuthError": "auth",
    "HostKeyError": "host-key",
    "TlsError": "tls",
    "OptionsError": "options",
    "NotFoundError": "not-found",
    "UnsupportedError": "unsupported",
    "RejectedError": "rejected",
    "LockedError": "locked",
    "ConnectError": "connect",
    "TimeoutError": "timeout",
    "ClosedError": "closed",
    "RateLimitedError": "rate-limited",
    "ParseError": "parse",
    "TemplateError": "template",
    "OutcomeUnknownError": "outcome-unknown",
    "StorageError": "storage",
}


class UsageError(Exception):
    """The command line was not understood.

    >>> str(UsageError("no such command"))
    'no such command'
    """


class Failed(Exception):
    """A command that ends otherwise than done, without an exception of the library's.

    >>> Failed("declined", "nothing was changed").exit.code
    6
    """

    def __init__(self, kind: str, message: str, *, host: str | None = None, operation: str | None = None) -> None:
        super().__init__(message)
        self.exit = EXITS[kind]
        self.host = host
        self.operation = operation


def exit_of(error: BaseException) -> Exit:
    """How an exception ends a command.

    >>> exit_of(ValueError("a defect")).kind
    'failed'
    >>> from peering.exceptions import AuthError
    >>> exit_of(AuthError("refused")).code
    10
    """
    if isinstance(error, Failed):
        return error.exit
    if isinstance(error, UsageError):
        return EXITS["usage"]
    if isinstance(error, KeyboardInterrupt):
        return EXITS["interrupted"]
    if isinstance(error, BrokenPipeError):
        return EXITS["broken-pipe"]
    for kind in type(error).__mro__:
        if kind.__module__ == "peering.exceptions" and kind.__name__ in _KINDS:
            return EXITS[_KINDS[kind.__name__]]
    return EXITS["storage" if isinstance(error, OSError) else "failed"]


def described(error: BaseException) -> dict[str, Any]:
    """The ``error`` of the envelope."""
    message = getattr(error, "message", None) or str(error)
    if isinstance(error, KeyboardInterrupt):
        message = "ended by Ctrl-C"
    elif exit_of(error).kind == "failed":
        message = f"{type(error).__name__}: {message}"
    cause = getattr(error, "cause", None)
    return {
        "kind": exit_of(error).kind,
        "message": f"{message} ({cause})" if cause else message,
        "host": getattr(error, "host", None),
        "operation": getattr(error, "operation", None),
    }
