"""NAPALM's interface over a router: the session, and configuration changes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from peering import exceptions
from peering._record import shape_of
from peering.exceptions import PeeringError
from peering.napalm._arguments import Arguments
from peering.napalm._getters import Getters
from peering.napalm._keys import restored
from peering.napalm._template import rendered
from peering.napalm.exceptions import NapalmException, made
from peering.router import Router

if TYPE_CHECKING:
    from typing_extensions import Self

    from peering.candidate import Candidate
    from peering.pending import Token
    from peering.target import Target

__all__ = ["Driver"]

#: Which of our errors is which of NAPALM's; the first that fits.
Table = tuple[tuple[type[PeeringError], str], ...]
ENDED: Table = (
    (exceptions.TimeoutError, "CommandTimeoutException"),
    (exceptions.ClosedError, "ConnectionClosedException"),
    (exceptions.ConnectError, "ConnectionClosedException"),
    (exceptions.AuthError, "ConnectAuthError"),
)
OPEN: Table = (
    (exceptions.AuthError, "ConnectAuthError"),
    (exceptions.TimeoutError, "ConnectTimeoutError"),
    (exceptions.UnsupportedError, "UnsupportedVersion"),
    (PeeringError, "ConnectionException"),
)
READ: Table = (
    (exceptions.RejectedError, "CommandErrorException"),
    *ENDED,
    (exceptions.LockedError, "LockError"),
    (PeeringError, "NapalmException"),
)
MERGE: Table = (*ENDED, (PeeringError, "MergeConfigException"))
REPLACE: Table = (*ENDED, (PeeringError, "ReplaceConfigException"))
COMMIT: Table = (*ENDED, (exceptions.LockedError, "LockError"), (PeeringError, "CommitError"))
CONFIRMED: Table = ((exceptions.OptionsError, "CommitConfirmException"), *COMMIT)


@contextmanager
def translated(table: Table) -> Iterator[None]:
    """What is raised inside as NAPALM's; what an argument is wrong for stays a ``ValueError`` while reading."""
    try:
        yield
    except PeeringError as error:
        if table is READ and isinstance(error, exceptions.OptionsError):
            raise ValueError(str(error)) from error
        if table is not OPEN and isinstance(error, exceptions.UnsupportedError):
            raise NotImplementedError(str(error)) from error
        name = next(name for kind, name in table if isinstance(error, kind))
        raise made(name, str(error)) from error


class Driver(Getters):
    """A router with NAPALM's methods, arguments, data and exceptions; :func:`peering.napalm.get_network_driver` gives the classes.

    A change is made as everywhere in this library: under the router's lock, and a commit with ``revert_in`` is taken back by the
    router itself unless it is confirmed. ``close`` leaves such a commit pending. ``device`` is the :class:`peering.Router`
    underneath while it is open.

    >>> from peering.napalm import get_network_driver
    >>> router = get_network_driver("eos")("192.0.2.1", "netops", "secret")
    >>> isinstance(router, Driver), router.is_alive(), router.device
    (True, {'is_alive': False}, None)
    """

    #: What NAPALM raises when somebody else changes the configuration.
    _locked: ClassVar[str] = "LockError"
    _takes_message: ClassVar[bool] = True
    #: Whether NAPALM has ``config_lock`` for the platform: the lock is held from ``open`` to ``close``.
    _may_keep_lock: ClassVar[bool] = False
    #: What the window of a commit must be a multiple of, in seconds.
    _window_step: ClassVar[int] = 1
    #: Whether whoever is connected may confirm a commit that another session made.
    _confirms_others: ClassVar[bool] = False

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        self.hostname = hostname
        self.username = username
        self.password = password
        self.timeout = timeout
        self.optional_args = dict(optional_args or {})
        self.profile = [self.platform]
        self._router: Router | None = None
        self._candidate: Candidate | None = None
        self._has_staged = False
        self._token: Token | None = None
        arguments = Arguments(hostname, username, password, timeout, self.optional_args)
        self._keeps_lock = self._may_keep_lock and bool(arguments.take("config_lock", False))
        try:
            self._driver, self._target = self._plan(arguments)
        except PeeringError as error:
            raise ValueError(str(error)) from error

    @staticmethod
    def _plan(arguments: Arguments) -> tuple[Any, Target]:
        """Which driver, and where the router is."""
        raise NotImplementedError

    # Session

    @property
    def device(self) -> Router | None:
        """The router underneath, while it is open."""
        return self._router

    def open(self) -> None:
        """Connects."""
        if self._router is not None:
            self.close()
        with translated(OPEN):
            self._router = Router.connect(self._driver, self._target)
        if self._keeps_lock:
            try:
                self._opened()
            except NapalmException:
                self.close()
                raise

    def close(self) -> None:
        """Discards what is loaded and disconnects. A commit that waits for its confirmation goes on waiting."""
        router, self._router, self._candidate, self._token = self._router, None, None, None
        if router is None:
            return
        try:
            with translated(READ):
                router.close()
        except NapalmException as error:
            if not isinstance(error.__cause__, (exceptions.ClosedError, exceptions.ConnectError)):
                raise

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_router", None) is not None and not sys.is_finalizing():
            try:
                self.close()
            except Exception:
                pass  # nobody is there to be told

    def is_alive(self) -> dict[str, bool]:
        """Whether the router still answers."""
        if self._router is None:
            return {"is_alive": False}
        return self._table("is_alive")

    def pre_connection_tests(self) -> None:
        """NAPALM's command line calls these; no driver has them."""
        raise NotImplementedError

    def connection_tests(self) -> None:
        """As :meth:`pre_connection_tests`."""
        raise NotImplementedError

    def post_connection_tests(self) -> None:
        """As :meth:`pre_connection_tests`."""
        raise NotImplementedError

    def _need(self) -> Router:
        if self._router is None:
            raise made("ConnectionClosedException", f"{self.hostname}: not open; call open() first")
        return self._router

    def _call(self, method: str, **arguments: Any) -> Any:
        holder = self._candidate or self._need()
        with translated(READ):
            asked = holder._inner.read("napalm", shape_of(Any), [self.platform, method, arguments, time.time()])
            return restored(self.platform, method, asked.wait())

    # Configuration

    def _opened(self) -> Candidate:
        """The candidate; opened where there is none."""
        if self._candidate is None:
            try:
                self._candidate = self._need().candidate()
            except exceptions.LockedError as error:
                raise made(self._locked, str(error)) from error
            except PeeringError as error:
                with translated(COMMIT):
                    raise error
            self._has_staged = False
        return self._candidate

    def _ended(self) -> None:
        """After the end of a candidate: with ``config_lock`` the next one holds the lock at once."""
        self._candidate = None
        if self._keeps_lock and self._token is None:
            self._opened()

    def load_template(
        self,
        template_name: str,
        template_source: str | None = None,
        template_path: str | None = None,
        **template_vars: Any,
    ) -> None:
        """Renders a template and merges it."""
        text = rendered(self.platform, template_name, template_source, template_path, template_vars)
        self.load_merge_candidate(config=text)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Makes a configuration the whole candidate; a file counts more than a text."""
        candidate, text = self._opened(), _text(filename, config)
        self._stage(candidate.replace, text, REPLACE)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Merges a configuration into the candidate; a file counts more than a text."""
        candidate, text = self._opened(), _text(filename, config)
        if text.strip():
            self._stage(candidate.merge, text, MERGE)

    def _stage(self, load: Callable[[str], None], text: str, table: Table) -> None:
        try:
            with translated(table):
                load(text)
        except Exception:
            # why it was refused matters more than a discard that failed after it
            with suppress(NapalmException):
                self.discard_config()
            raise
        self._has_staged = True

    def compare_config(self) -> str:
        """What a commit would change, in the router's words and **with its secrets**; empty when nothing is loaded."""
        if self._candidate is None:
            return ""
        with translated(READ):
            return self._candidate.diff().expose().strip()

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Commits what is loaded; with ``revert_in`` the router takes it back after so many seconds unless it is confirmed."""
        if message and not self._takes_message:
            raise NotImplementedError(f"{self.platform}: a commit has no message")
        candidate = self._candidate
        if candidate is None:
            waits = "a commit waits for its confirmation already" if self._waits() else "nothing is loaded"
            raise made("CommitError", f"{self.hostname}: {waits}")
        if revert_in is not None and revert_in % self._window_step:
            step = self._window_step
            raise made("CommitConfirmException", f"revert_in must be a multiple of {step} seconds, not {revert_in}")
        if not self._has_staged:
            self.discard_config()
            return
        with translated(COMMIT):
            self._remember(candidate)
        try:
            if revert_in is None:
                with translated(COMMIT):
                    candidate.commit(message or None)
            else:
                with translated(CONFIRMED):
                    # The router takes it back, whoever holds what: so the session is free for reads meanwhile.
                    self._token = candidate.commit_confirmed(self._window(revert_in), message or None).token
        finally:
            self._candidate = None
        self._ended()

    def _window(self, seconds: int) -> timedelta:
        return timedelta(seconds=seconds)

    def _waits(self) -> bool:
        return self._candidate is None and self._token is not None and self.has_pending_commit()

    def has_pending_commit(self) -> bool:
        """Whether a commit waits for its confirmation, whoever made it."""
        if self._candidate is not None:
            return False  # nobody gets a candidate while a commit waits
        with translated(READ):
            return self._need().pending() is not None

    def confirm_commit(self) -> None:
        """Makes a commit permanent that waits for its confirmation."""
        token = self._awaited()
        if token is None:
            raise made("CommitError", f"{self.hostname}: no commit waits for its confirmation")
        with translated(COMMIT):
            self._need().reattach(token).confirm()
        self._token = None
        self._ended()

    def _awaited(self) -> Token | None:
        """The commit that waits, if it is one that may be confirmed from here."""
        if self._candidate is not None:
            return None
        with translated(COMMIT):
            pending = self._need().pending()
        if pending is None:
            return None
        return pending.token if self._confirms_others or pending.token == self._token else None

    def discard_config(self) -> None:
        """Throws away what is loaded."""
        candidate = self._candidate
        if candidate is None:
            return
        self._candidate = None
        with translated(READ):
            candidate.discard()
        self._ended()

    def rollback(self) -> None:
        """Takes a commit back that waits for its confirmation; else goes back to what was in force before the last commit."""
        keeps, self._keeps_lock = self._keeps_lock, False
        try:
            self.discard_config()
            with translated(COMMIT):
                pending = self._need().pending()
            if pending is None:
                with translated(COMMIT):
                    self._go_back(self._need())
            else:
                token = self._awaited()
                if token is None:
                    raise made("CommitError", f"{self.hostname}: the commit that waits is of {pending.holder}")
                with translated(COMMIT):
                    self._need().reattach(token).revert()
        finally:
            self._keeps_lock = keeps
        self._token = None
        self._ended()

    def _remember(self, candidate: Candidate) -> None:
        """Before a commit: keeps what is in force, where the router does not do that itself."""

    def _go_back(self, router: Router) -> None:
        """Puts in force what was before the last commit."""
        raise NotImplementedError

    def compliance_report(self, validation_file: str | None = None, validation_source: Any = None) -> Any:
        """What NAPALM's validator says of this router. It needs NAPALM."""
        try:
            from napalm.base import validate  # type: ignore[import-untyped]
        except ImportError as error:
            words = "compliance_report is done by NAPALM's own validator, which is not installed: pip install napalm"
            raise made("ModuleImportError", words) from error
        driver: Any = self
        return validate.compliance_report(driver, validation_file=validation_file, validation_source=validation_source)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.username}@{self.hostname}>"


def _text(filename: str | None, config: Any) -> str:
    if filename is not None:
        return Path(filename).read_text(encoding="utf-8")
    if isinstance(config, (list, tuple)):
        return "\n".join(map(str, config))
    if config is None:
        raise ValueError("neither a file nor a configuration is given")
    return str(config)
