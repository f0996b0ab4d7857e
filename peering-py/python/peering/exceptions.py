"""The exceptions: one for each kind of failure that a caller can act on.

Each is a :class:`PeeringError`, and also the built-in exception that means the same where there is one, so that
``except TimeoutError`` of the standard library catches ours, too.

>>> issubclass(UnsupportedError, NotImplementedError) and issubclass(ConnectError, ConnectionError)
True
"""

from __future__ import annotations

import builtins
from datetime import timedelta
from typing import Any, ClassVar

__all__ = [
    "AuthError",
    "ClosedError",
    "ConnectError",
    "HostKeyError",
    "LockedError",
    "NotFoundError",
    "OptionsError",
    "OutcomeUnknownError",
    "ParseError",
    "PeeringError",
    "RateLimitedError",
    "RejectedError",
    "StorageError",
    "TemplateError",
    "TimeoutError",
    "TlsError",
    "UnsupportedError",
]


class PeeringError(Exception):
    """What went wrong, where, and what the far side said. Never holds a secret.

    ``str()`` of it is one line: host, operation, kind and message. The attributes have the parts.

    >>> error = LockedError("held by netops", host="r1:22", operation="candidate")
    >>> str(error)
    'r1:22: candidate: locked: held by netops'
    >>> error.is_retryable
    False
    """

    #: The kind in words.
    kind: ClassVar[str] = "failed"
    #: Whether a *read* that failed this way is worth another try. A write never is.
    is_retryable: ClassVar[bool] = False

    #: What happened, without host and operation.
    message: str
    #: The platform's name, such as ``arista_eos``.
    platform: str | None
    #: Host and port.
    host: str | None
    #: The operation that failed.
    operation: str | None
    #: How long the far side asked to wait.
    retry_after: timedelta | None
    #: The causes underneath, in one line.
    cause: str | None

    def __init__(
        self,
        message: str = "",
        *,
        platform: str | None = None,
        host: str | None = None,
        operation: str | None = None,
        retry_after: timedelta | None = None,
        cause: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.platform = platform
        self.host = host
        self.operation = operation
        self.retry_after = retry_after
        self.cause = cause

    def __str__(self) -> str:
        parts = (self.host, self.operation, self.kind, self.message)
        return ": ".join(part for part in parts if part)

    def __reduce__(self) -> tuple[Any, ...]:
        names = ("platform", "host", "operation", "retry_after", "cause")
        return _rebuild, (type(self), self.message, {name: getattr(self, name) for name in names})


def _rebuild(kind: type[PeeringError], message: str, details: dict[str, Any]) -> PeeringError:
    return kind(message, **details)


class AuthError(PeeringError):
    """The credentials were refused.

    >>> print(AuthError("the password was refused", host="r1:22"))
    r1:22: authentication failed: the password was refused
    """

    kind = "authentication failed"


class HostKeyError(PeeringError):
    """The server's SSH host key is unknown, changed or revoked.

    >>> print(HostKeyError("the key has changed"))
    host key not accepted: the key has changed
    """

    kind = "host key not accepted"


class TlsError(PeeringError):
    """The TLS certificate was not accepted.

    >>> print(TlsError("signed by nobody we know"))
    TLS failed: signed by nobody we know
    """

    kind = "TLS failed"


class OptionsError(PeeringError, ValueError):
    """An option or argument makes no sense here.

    >>> isinstance(OptionsError("no such driver"), ValueError)
    True
    """

    kind = "invalid option"


class NotFoundError(PeeringError, LookupError):
    """The thing asked for does not exist.

    >>> isinstance(NotFoundError("no such network"), LookupError)
    True
    """

    kind = "not found"


class UnsupportedError(PeeringError, NotImplementedError):
    """Neither the driver nor this session claims the operation.

    >>> isinstance(UnsupportedError("no optics"), NotImplementedError)
    True
    """

    kind = "not supported"


class RejectedError(PeeringError):
    """The far side refused what it was sent; its own words are in the message.

    >>> print(RejectedError("syntax error", operation="stage"))
    stage: rejected: syntax error
    """

    kind = "rejected"


class LockedError(PeeringError):
    """Somebody else holds the configuration, the session or the database.

    >>> print(LockedError("held by netops"))
    locked: held by netops
    """

    kind = "locked"


class ConnectError(PeeringError, ConnectionError):
    """No connection could be made, or the server answered that it cannot serve now.

    >>> ConnectError("refused").is_retryable
    True
    """

    kind = "connection failed"
    is_retryable = True


class TimeoutError(PeeringError, builtins.TimeoutError):
    """No answer in time.

    >>> import builtins
    >>> isinstance(TimeoutError("no answer within 30s"), builtins.TimeoutError)
    True
    """

    kind = "timed out"
    is_retryable = True


class ClosedError(PeeringError, ConnectionError):
    """The connection ended, or the thing has been closed.

    >>> print(ClosedError("the session has ended"))
    closed: the session has ended
    """

    kind = "closed"
    is_retryable = True


class RateLimitedError(PeeringError):
    """Too many requests; ``retry_after`` says how long to wait, where the server does.

    >>> from datetime import timedelta
    >>> RateLimitedError("slow down", retry_after=timedelta(seconds=30)).retry_after
    datetime.timedelta(seconds=30)
    """

    kind = "rate limited"
    is_retryable = True


class ParseError(PeeringError, ValueError):
    """An answer, a file or a value did not have the expected form.

    >>> isinstance(ParseError("expected an address"), ValueError)
    True
    """

    kind = "unexpected form"


class TemplateError(PeeringError, ValueError):
    """A template could not be loaded or rendered.

    >>> print(TemplateError("line 3: no such filter"))
    template failed: line 3: no such filter
    """

    kind = "template failed"


class OutcomeUnknownError(PeeringError):
    """The link failed after a commit was sent: whether it took effect is not known. Never retry; look first.

    >>> OutcomeUnknownError("the link failed").is_retryable
    False
    """

    kind = "outcome unknown"


class StorageError(PeeringError, OSError):
    """A local file or database could not be read or written.

    >>> isinstance(StorageError("no space"), OSError)
    True
    """

    kind = "storage failed"
