"""Running routers: where they are, what they have been asked, and what happens to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Generic, TypeVar

from peering import _native
from peering._operation import finish
from peering._record import Record, record
from peering._secret import Secret
from peering.sim.router import EosRouter, FrrRouter, IosRouter, JunosRouter, NxosRouter, User, XrRouter

if TYPE_CHECKING:
    from typing_extensions import Self

    from peering.drivers import AristaEos, Frr, JuniperJunos
    from peering.sim.fault import Fault
    from peering.target import Credentials, Target

__all__ = [
    "ApiRouter",
    "JunosSession",
    "Request",
    "RunningEos",
    "RunningFrr",
    "RunningJunos",
    "RunningRouter",
    "Typed",
]

Options = TypeVar("Options", FrrRouter, EosRouter, IosRouter, JunosRouter, NxosRouter, XrRouter)


@record()
class Typed(Record):
    """Something that was typed into a simulated router's command line.

    >>> Typed(session=1, user="netops", line="show version", is_ahead=False).line
    'show version'
    """

    #: The number of the session, from 1 on; a command by exec is a session of its own.
    session: int
    #: Who typed.
    user: str
    #: The line or the answer, as it came: with what it has of secrets. Of what is not echoed nothing.
    line: str
    #: Whether it was there before the router had answered what was typed before: no round trip of its own.
    is_ahead: bool


class RunningRouter(Generic[Options]):
    """A running router, as all platforms have it. It stops at the end of ``with``, and when it is dropped.

    >>> from peering.sim import Fabric, FrrRouter, User
    >>> router = FrrRouter(name="r1", users=[User(name="netops", password="secret")])
    >>> with router.start(Fabric()) as r1:
    ...     r1.configure("hostname r2")
    ...     "hostname r2" in r1.running_config, "hostname r2" in r1.startup_config
    (True, False)
    """

    __slots__ = ("_inner", "options")

    #: What it was started with.
    options: Options

    def __init__(self, options: Options, inner: _native.Simulated) -> None:
        self.options = options
        self._inner = inner

    @property
    def host(self) -> str:
        """The address that its server listens on: one of the loopback interface."""
        return self._inner.address()[0]

    @property
    def port(self) -> int:
        """The port that its server listens on."""
        return self._inner.address()[1]

    @property
    def username(self) -> str:
        """The name of its first user, empty where it has none."""
        return self.options.users[0].name if self.options.users else ""

    @property
    def password(self) -> Secret | None:
        """The password of its first user."""
        return self.options.users[0].password if self.options.users else None

    @property
    def fingerprint(self) -> str:
        """What a client pins: the host key's (``SHA256:…``), or the certificate's."""
        return self._inner.fingerprint()

    def target(self, user: str | None = None) -> Target:
        """How to connect as one of its users, the first by default, with what it is known by pinned."""
        from peering.target import NoSshConfig, Target

        name = self.username if user is None else user
        # whoever runs this may have an SSH configuration that speaks of every host
        target = Target(
            self.host, port=self.port, credentials=_credentials(self.options.users, name), ssh_config=NoSshConfig()
        )
        return self._pinned(target)

    def _pinned(self, target: Target) -> Target:
        from peering.target import Pinned

        return target.replace(host_key=Pinned(self.fingerprint))

    @property
    def running_config(self) -> str:
        """The running configuration as the router prints it, with its secrets."""
        return self._inner.running_config()

    @property
    def startup_config(self) -> str:
        """The saved configuration, which a restart brings back, with its secrets."""
        return self._inner.startup_config()

    def configure(self, text: str) -> None:
        """Types lines into the configuration mode, as another operator would.

        Raises :class:`~peering.exceptions.RejectedError` at the first line that fails; those before it stay.
        """
        self._inner.configure(text)

    def inject(self, fault: Fault) -> None:
        """Plays a fault from now on."""
        self._inner.inject(fault)

    def clear_faults(self) -> None:
        """Forgets every fault that has not struck yet."""
        self._inner.clear_faults()

    @property
    def unplayed_faults(self) -> int:
        """How many faults have not yet struck as often as they are to."""
        return self._inner.unplayed_faults()

    def reboot(self) -> None:
        """Restarts it: connections are cut, timers and sessions gone, the saved configuration is in force."""
        self._inner.reboot()

    def cut_connections(self) -> None:
        """Cuts every connection; new ones are welcome."""
        self._inner.cut_connections()

    def wait_established(self, count: int, within: timedelta = timedelta(seconds=10)) -> bool:
        """Waits until so many of its BGP sessions are established; whether that came true in time."""
        came: bool = self._inner.wait_established(count, within).wait()
        return came

    async def wait_established_async(self, count: int, within: timedelta = timedelta(seconds=10)) -> bool:
        """As :meth:`wait_established`, awaited."""
        came: bool = await finish(self._inner.wait_established(count, within))
        return came

    def stop(self) -> None:
        """Stops it: connections are cut, new ones refused, its BGP sessions go down everywhere."""
        self._inner.stop()

    async def stop_async(self) -> None:
        """As :meth:`stop`, which does not wait for anything."""
        self._inner.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _typed(self) -> tuple[Typed, ...]:
        return tuple(
            Typed(session=session, user=user, line=line, is_ahead=is_ahead)
            for session, user, line, is_ahead in self._inner.typed()
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.options.name} on {self.host}:{self.port}>"


def _credentials(users: Sequence[User], name: str) -> Credentials:
    """Those of a user. An unknown name has no password."""
    from peering.target import Credentials

    passwords = {user.name: user.password for user in users}
    return Credentials(username=name, password=passwords.get(name))


class RunningFrr(RunningRouter[FrrRouter]):
    """A running router with FRR.

    >>> from peering.sim import Fabric, FrrRouter
    >>> with FrrRouter(name="r1").start(Fabric()) as r1:
    ...     r1.fingerprint[:7]
    'SHA256:'
    """

    __slots__ = ()

    @property
    def host_key(self) -> str:
        """The public half of its host key, in OpenSSH's format (``ssh-ed25519 AAAA…``)."""
        return self._inner.identity()

    @property
    def driver(self) -> Frr:
        """The driver that fits."""
        from peering.drivers import Frr

        return Frr()


class ApiRouter(RunningRouter[Options]):
    """A running router with an API over HTTPS, on ``port``, and a command line over SSH.

    >>> from peering.sim import Fabric, NxosRouter
    >>> with NxosRouter(name="n9k1").start(Fabric()) as n9k1:
    ...     n9k1.host_key[:12], n9k1.ssh_target().port == n9k1.ssh_port
    ('ssh-ed25519 ', True)
    """

    __slots__ = ()

    @property
    def certificate(self) -> str:
        """The certificate of its HTTPS server, in PEM."""
        return self._inner.identity()

    @property
    def http_port(self) -> int | None:
        """The port that it listens on for plain HTTP, when it does."""
        return self._inner.http_port()

    @property
    def ssh_port(self) -> int:
        """The port of its SSH server: the command line, and files where it takes them."""
        return self._inner.ssh()[0]

    @property
    def host_key(self) -> str:
        """The public half of its SSH host key, in OpenSSH's format (``ssh-ed25519 AAAA…``)."""
        return self._inner.ssh()[1]

    def ssh_target(self, user: str | None = None) -> Target:
        """How to connect to its command line: for a driver with the transport ``ssh``."""
        return self.target(user).replace(port=self.ssh_port)

    def _pinned(self, target: Target) -> Target:
        from peering.target import Pinned

        # one for the API, the other for the command line and for files
        return target.replace(tls=Pinned(self.fingerprint), host_key=Pinned(self._inner.ssh()[2]))

    @property
    def typed(self) -> tuple[Typed, ...]:
        """Everything that was typed into its command line, oldest first."""
        return self._typed()


@record()
class Request(Record):
    """A request over eAPI that an EOS router was asked.

    >>> Request(user="netops", commands=["enable", "show version"]).commands
    ('enable', 'show version')
    """

    #: Who asked.
    user: str
    #: The command lines as they came, with what they have of secrets. What was typed after a command is left away.
    commands: tuple[str, ...]


class RunningEos(ApiRouter[EosRouter]):
    """A running router with EOS. ``port`` is that of eAPI.

    >>> from peering.sim import EosRouter, Fabric
    >>> with EosRouter(name="eos1").start(Fabric()) as eos1:
    ...     eos1.requests, eos1.sessions, eos1.typed, len(eos1.fingerprint)
    ((), (), (), 95)
    """

    __slots__ = ()

    @property
    def driver(self) -> AristaEos:
        """The driver that fits, over eAPI, with the password for ``enable`` where one is wanted."""
        from peering.drivers import AristaEos

        return AristaEos(enable_password=self.options.enable_secret)

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request over eAPI so far, oldest first: as many round trips."""
        return tuple(Request(user=user, commands=tuple(lines)) for user, lines in self._inner.requests())

    @property
    def sessions(self) -> tuple[str, ...]:
        """The configuration sessions that nobody has committed or aborted, and those that wait to be confirmed."""
        return tuple(self._inner.configuration_sessions())


@record()
class JunosSession(Record):
    """A session that is open on a Junos router.

    >>> JunosSession(id=1, user="netops", has_lock=True, has_private_candidate=False).user
    'netops'
    """

    #: Its number.
    id: int
    #: Who it is.
    user: str
    #: Whether it holds the lock on the shared candidate.
    has_lock: bool
    #: Whether it has a candidate of its own.
    has_private_candidate: bool


class RunningJunos(RunningRouter[JunosRouter]):
    """A running router with Junos.

    >>> from peering.sim import Fabric, JunosRouter
    >>> with JunosRouter(name="r1").start(Fabric()) as r1:
    ...     r1.commit_by_force("set system domain-name example.net")
    ...     r1.sessions, r1.has_changes, r1.has_pending_commit
    ((), False, False)
    """

    __slots__ = ()

    @property
    def host_key(self) -> str:
        """The public half of its host key, in OpenSSH's format (``ssh-ed25519 AAAA…``)."""
        return self._inner.identity()

    @property
    def driver(self) -> JuniperJunos:
        """The driver that fits: it knows how long the router's minute is."""
        from peering.drivers import JuniperJunos

        return JuniperJunos(minute=self.options.minute)

    @property
    def requests(self) -> tuple[str, ...]:
        """Everything that was asked, oldest first: operations by their names, commands with their words.

        The hello is not among them; each is one round trip.
        """
        return tuple(name for _, names in self._inner.requests() for name in names)

    @property
    def loads(self) -> tuple[str, ...]:
        """The texts, set commands and JSON that were sent to be loaded, oldest first, with their passwords."""
        return tuple(self._inner.loads())

    @property
    def sessions(self) -> tuple[JunosSession, ...]:
        """The NETCONF sessions that are open."""
        return tuple(
            JunosSession(id=number, user=user, has_lock=has_lock, has_private_candidate=is_private)
            for number, user, has_lock, is_private in self._inner.netconf_sessions()
        )

    @property
    def has_changes(self) -> bool:
        """Whether the shared candidate differs from what is committed."""
        return self._inner.has_changes()

    @property
    def has_pending_commit(self) -> bool:
        """Whether a commit waits to be confirmed."""
        return self._inner.has_pending_commit()

    def commit_by_force(self, commands: str) -> None:
        """Commits set commands over everybody's lock, as ``commit synchronize force`` on the other routing engine does."""
        self._inner.commit_by_force(commands)
