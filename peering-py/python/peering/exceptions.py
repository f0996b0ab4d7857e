"""The exceptions: one for each kind of failure that a caller can act on.

Each is a :class:`PeeringError`, and also the built-in exception that means the same where there is one, so that
``except TimeoutError`` of the standard library catches ours, too.

>>> issubclass(UnsupportedError, NotImplementedError) and issubclass(ConnectError, ConnectionError)
True
"""

from __future__ import annotations

import builtins
from datetime import timedelta
from enum import Enum
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
    "TemplateErrorKind",
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
    #: What it is made with, besides the message.
    _parts: ClassVar[tuple[str, ...]] = ("platform", "host", "operation", "retry_after", "cause")

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
        return _rebuild, (type(self), self.message, {name: getattr(self, name) for name in self._parts})


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


class TemplateErrorKind(Enum):
    """Why a template failed.

    >>> TemplateErrorKind("out-of-fuel") is TemplateErrorKind.OUT_OF_FUEL
    True
    """

    #: It is no template.
    SYNTAX = "syntax"
    #: It uses something that Jinja2 has and our engine does not, or does otherwise; the detail says what to write.
    REFUSED = "refused"
    #: There is no such filter.
    UNKNOWN_FILTER = "unknown-filter"
    #: There is no such test.
    UNKNOWN_TEST = "unknown-test"
    #: There is no such function.
    UNKNOWN_FUNCTION = "unknown-function"
    #: There is no such method.
    UNKNOWN_METHOD = "unknown-method"
    #: A variable or attribute that is used does not exist.
    UNDEFINED = "undefined"
    #: A template that it includes, imports or extends is not there.
    MISSING_TEMPLATE = "missing-template"
    #: Templates, macros or blocks go round in a circle, or are nested too deeply.
    RECURSION = "recursion"
    #: It took more steps than the engine's options allow: a loop without end, or far too much work.
    OUT_OF_FUEL = "out-of-fuel"
    #: The result is longer than the options allow, or holds a line that is longer than the platform reads as one.
    TOO_LONG = "too-long"
    #: A value is not what an operator, filter or function needs, or cannot be expressed on the platform.
    VALUE = "value"


class TemplateError(PeeringError, ValueError):
    """A template could not be loaded or rendered: where, and why.

    >>> error = TemplateError("template 'main', line 3: no such filter", template="main", line=3, reason="unknown-filter")
    >>> error.line, error.reason
    (3, <TemplateErrorKind.UNKNOWN_FILTER: 'unknown-filter'>)
    """

    kind = "template failed"
    _parts = (*PeeringError._parts, "template", "line", "reason", "detail")

    #: The template's name.
    template: str | None
    #: The line in the template's source, counted from 1.
    line: int | None
    #: Why it failed.
    reason: TemplateErrorKind | None
    #: What is wrong there. The message is this with template and line.
    detail: str | None

    def __init__(
        self,
        message: str = "",
        *,
        template: str | None = None,
        line: int | None = None,
        reason: TemplateErrorKind | str | None = None,
        detail: str | None = None,
        **parts: Any,
    ) -> None:
        super().__init__(message, **parts)
        self.template = template
        self.line = line
        self.reason = None if reason is None else TemplateErrorKind(reason)
        self.detail = detail


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
