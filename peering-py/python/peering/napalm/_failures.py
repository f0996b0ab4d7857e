"""Exceptions of NAPALM, and of the libraries that its drivers let through, as ours."""

from __future__ import annotations

from peering.exceptions import (
    AuthError,
    ClosedError,
    ConnectError,
    HostKeyError,
    LockedError,
    OutcomeUnknownError,
    PeeringError,
    RejectedError,
    TimeoutError,
    UnsupportedError,
)

#: The package that an exception comes from, its class, and ours. The libraries are not imported for it.
_KNOWN: dict[tuple[str, str], type[PeeringError]] = {
    ("napalm", "ConnectAuthError"): AuthError,
    ("napalm", "ConnectTimeoutError"): TimeoutError,
    ("napalm", "ConnectionClosedException"): ClosedError,
    ("napalm", "UnsupportedVersion"): UnsupportedError,
    ("napalm", "ConnectionException"): ConnectError,
    ("napalm", "ReplaceConfigException"): RejectedError,
    ("napalm", "MergeConfigException"): RejectedError,
    ("napalm", "CommitConfirmException"): RejectedError,
    ("napalm", "CommitError"): RejectedError,
    ("napalm", "LockError"): LockedError,
    ("napalm", "UnlockError"): LockedError,
    ("napalm", "SessionLockedException"): LockedError,
    ("napalm", "CommandTimeoutException"): TimeoutError,
    ("napalm", "CommandErrorException"): RejectedError,
    ("pyeapi", "CommandError"): RejectedError,
    ("pyeapi", "ConnectionError"): ConnectError,
    ("netmiko", "NetmikoAuthenticationException"): AuthError,
    ("netmiko", "NetmikoTimeoutException"): TimeoutError,
    ("netmiko", "ReadTimeout"): TimeoutError,
    ("paramiko", "AuthenticationException"): AuthError,
    ("paramiko", "BadHostKeyException"): HostKeyError,
    ("paramiko", "SSHException"): ConnectError,
    ("ncclient", "AuthenticationError"): AuthError,
    ("ncclient", "SSHUnknownHostError"): HostKeyError,
    ("ncclient", "SSHError"): ConnectError,
    ("ncclient", "SessionCloseError"): ClosedError,
    ("ncclient", "TimeoutExpiredError"): TimeoutError,
    ("ncclient", "RPCError"): RejectedError,
    ("jnpr", "ConnectAuthError"): AuthError,
    ("jnpr", "ConnectTimeoutError"): TimeoutError,
    ("jnpr", "ConnectClosedError"): ClosedError,
    ("jnpr", "ConnectError"): ConnectError,
    ("jnpr", "RpcTimeoutError"): TimeoutError,
    ("jnpr", "LockError"): LockedError,
    ("jnpr", "RpcError"): RejectedError,
}

#: After one of these nobody knows what became of a commit that was sent.
_LOST = (ConnectError, TimeoutError, ClosedError)


def failure(error: Exception, *, connecting: bool = False, committing: bool = False) -> Exception:
    """What is raised in the place of an exception of a NAPALM driver."""
    if isinstance(error, PeeringError):
        return error
    words = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, NotImplementedError):
        return UnsupportedError(words)
    kind = _kind(error, connecting)
    if kind is not None and not (committing and issubclass(kind, _LOST)):
        return kind(words)
    if committing:
        return OutcomeUnknownError(f"{type(error).__name__}: {words}")
    # Ours keeps the meaning of the built-in ones, and says the type of any other.
    return error


def _kind(error: BaseException, connecting: bool) -> type[PeeringError] | None:
    found = next(
        (
            _KNOWN[key]
            for one in type(error).__mro__
            if (key := (one.__module__.partition(".")[0], one.__name__)) in _KNOWN
        ),
        None,
    )
    if connecting and found in (None, ConnectError):
        # Core drivers wrap what refused the credentials into a plain ConnectionException.
        cause = error.__cause__ or error.__context__
        below = _kind(cause, connecting) if cause is not None else None
        if below is AuthError or any(word in str(error) for word in ("401", "Unauthorized", "Authentication fail")):
            return AuthError
    return found
