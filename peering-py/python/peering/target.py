"""Where a router is and how to be let in."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from peering import _native
from peering._record import Record as _Record
from peering._record import record
from peering._secret import Secret

__all__ = [
    "AcceptAnyInsecure",
    "Ca",
    "Credentials",
    "HostKeyPolicy",
    "Known",
    "Live",
    "NoSshConfig",
    "Pinned",
    "Record",
    "Replay",
    "SshAlgorithms",
    "SshConfig",
    "SshConfigFile",
    "System",
    "Target",
    "Timeouts",
    "TlsPolicy",
    "TrustOnFirstUse",
    "UserSshConfig",
    "Wire",
]


@record()
class Credentials(_Record):
    """What proves to a router who we are. Everything that is there is tried: agent, key, password.

    >>> Credentials(username="netops", password="hunter2").password
    Secret(…)
    """

    #: The user name.
    username: str = ""
    #: The password, also the answer to keyboard-interactive prompts.
    password: Secret | None = None
    #: A file with an SSH private key.
    private_key: Path | None = None
    #: The passphrase of that file.
    passphrase: Secret | None = None
    #: Whether to ask the SSH agent (``SSH_AUTH_SOCK``).
    agent: bool = False
    #: A file with the TLS client certificate, in PEM, followed by the ones that it was signed with.
    client_certificate: Path | None = None
    #: A file with the private key of that certificate, in PEM, not encrypted.
    client_key: Path | None = None


@record()
class Timeouts(_Record):
    """How long to wait for what.

    >>> Timeouts(read=timedelta(seconds=5)).connect
    datetime.timedelta(seconds=15)
    """

    #: For connection, key exchange and authentication together.
    connect: timedelta = timedelta(seconds=15)
    #: For one read.
    read: timedelta = timedelta(seconds=30)
    #: For one step of a configuration change.
    change: timedelta = timedelta(seconds=120)


@record(tag="trust-on-first-use")
class TrustOnFirstUse(_Record):
    """What a host showed first is written to our own file; a changed key or certificate is refused.

    For host keys the user's known hosts count first. Name and dates of a certificate do not matter.

    >>> Target("r1").host_key == TrustOnFirstUse()
    True
    """


@record(tag="known")
class Known(_Record):
    """Known hosts only; an unknown host is refused.

    >>> Target("r1", host_key=Known()).host_key
    Known()
    """


@record(tag="pinned", kw_only=False)
class Pinned(_Record):
    """Exactly the key or certificate with this fingerprint.

    Of a host key ``SHA256:…`` as ``ssh-keygen -l`` prints it; of a certificate its SHA-256 in hexadecimal, with colons or
    without, as ``openssl x509 -noout -fingerprint -sha256`` prints it.

    >>> Pinned("SHA256:abc").to_dict()
    {'pinned': 'SHA256:abc'}
    """

    #: The fingerprint.
    value: str


@record(tag="accept-any-insecure")
class AcceptAnyInsecure(_Record):
    """Any key or certificate at all: whoever sits between can read the password and change the configuration.

    >>> AcceptAnyInsecure().to_dict()
    'accept-any-insecure'
    """


@record(tag="system")
class System(_Record):
    """Certificates signed by an authority that this system trusts, for the name or address that was connected to.

    >>> Target("r1").tls
    System()
    """


@record(tag="ca", kw_only=False)
class Ca(_Record):
    """Certificates signed by an authority of this PEM file, or one of the certificates in it.

    For the name or address that was connected to. The system's authorities do not count.

    >>> Ca("/etc/routers.pem").value.name
    'routers.pem'
    """

    #: The file.
    value: Path


#: Which SSH host keys are accepted.
HostKeyPolicy: TypeAlias = TrustOnFirstUse | Known | Pinned | AcceptAnyInsecure
#: Which TLS certificates are accepted.
TlsPolicy: TypeAlias = System | Ca | Pinned | TrustOnFirstUse | AcceptAnyInsecure


@record(tag="user")
class UserSshConfig(_Record):
    """``~/.ssh/config``, if it is there.

    >>> Target("r1").ssh_config
    UserSshConfig()
    """


@record(tag="file", kw_only=False)
class SshConfigFile(_Record):
    """This SSH configuration; it must be there.

    >>> SshConfigFile("/etc/routers.ssh").value.name
    'routers.ssh'
    """

    #: The file.
    value: Path


@record(tag="off")
class NoSshConfig(_Record):
    """No SSH configuration.

    >>> NoSshConfig().to_dict()
    'off'
    """


#: Which file says how hosts are reached by SSH: host name, user, port, key files, jump hosts, known hosts. What the
#: :class:`Target` says itself always counts more.
SshConfig: TypeAlias = UserSshConfig | SshConfigFile | NoSshConfig


class SshAlgorithms(Enum):
    """Which SSH algorithms are offered. Says nothing of host keys, which are checked all the same.

    >>> SshAlgorithms("legacy") is SshAlgorithms.LEGACY
    True
    """

    #: Without SHA-1, CBC and small groups.
    MODERN = "modern"
    #: The modern ones first, then what old routers need: key exchange with SHA-1 and the 1024-bit group, CBC and 3DES,
    #: SHA-1 MACs, ``ssh-rsa`` signatures. Whoever records such a session may read it one day.
    LEGACY = "legacy"


@record(tag="live")
class Live(_Record):
    """With the router.

    >>> Target("r1").wire
    Live()
    """


@record(tag="record", kw_only=False)
class Record(_Record):
    """With the router; what was asked and answered is appended to this transcript, secrets blacked out.

    >>> Record("r1.transcript").value.name
    'r1.transcript'
    """

    #: The file.
    value: Path


@record(tag="replay", kw_only=False)
class Replay(_Record):
    """With this transcript only; nothing is sent anywhere.

    >>> Replay("r1.transcript").value.name
    'r1.transcript'
    """

    #: The file.
    value: Path


#: Whether a session is a real one.
Wire: TypeAlias = Live | Record | Replay


@record()
class Target(_Record):
    """One router: where it is, and how to be let in. Nothing in it reaches another.

    What many routers have in common is said once, and each is made from that:

    >>> common = Target(credentials=Credentials(username="netops", agent=True), timeouts=Timeouts(read=timedelta(minutes=1)))
    >>> routers = [common.at(place) for place in ("r1", "admin@r2:2201")]
    >>> [(router.host, router.port, router.credentials.username) for router in routers]
    [('r1', None, 'netops'), ('r2', 2201, 'admin')]
    >>> slow = routers[0].replace(timeouts=Timeouts(read=timedelta(minutes=5)))
    """

    #: Host name or address; or ``unix:`` and the path of a socket on this machine, for transports over HTTP. Empty in a
    #: target that others are made from.
    host: str = dataclasses.field(default="", kw_only=False)
    #: The port, if it is not the transport's own.
    port: int | None = None
    #: What proves who we are.
    credentials: Credentials = Credentials()
    #: How long to wait.
    timeouts: Timeouts = Timeouts()
    #: Silence after which an SSH server is asked for a sign of life; after three without an answer the connection is cut.
    #: ``None``: never.
    keepalive: timedelta | None = timedelta(seconds=10)
    #: Which host keys are accepted.
    host_key: HostKeyPolicy = TrustOnFirstUse()
    #: Known-hosts files to read, in OpenSSH's format. ``None``: ``~/.ssh/known_hosts``, or what the SSH configuration names.
    known_hosts: Sequence[Path] | None = None
    #: Our own file, where a host trusted on first use is written. ``None``: ``peering/known_hosts`` in the user's state
    #: folder (``XDG_STATE_HOME``, else ``~/.local/state``).
    trusted_hosts: Path | None = None
    #: Which TLS certificates are accepted.
    tls: TlsPolicy = System()
    #: Our own file, where a certificate trusted on first use is written. ``None``: ``known_certificates`` in the folder of
    #: ``trusted_hosts``.
    trusted_certificates: Path | None = None
    #: Which SSH configuration is read.
    ssh_config: SshConfig = UserSshConfig()
    #: Which SSH algorithms are offered.
    ssh_algorithms: SshAlgorithms = SshAlgorithms.MODERN
    #: A host to go through first (``ProxyJump``).
    jump: Target | None = None
    #: A shell command whose standard input and output are the connection to the SSH server (``ProxyCommand``); ``%h``,
    #: ``%p`` and ``%r`` in it are host, port and user.
    proxy_command: str | None = None
    #: Whether the session is a real one.
    wire: Wire = Live()

    @classmethod
    def parse(cls, text: str) -> Target:
        """The target that ``[user@]host[:port]`` or ``[user@]unix:/path`` means.

        An IPv6 address with a port stands in brackets. A password has no place here.

        >>> Target.parse("netops@[2001:db8::1]:22").port
        22
        """
        return cls().at(text)

    @classmethod
    def from_url(cls, url: str) -> tuple[str, Target]:
        """The platform's name and the target that ``platform://user@host:port`` means.

        >>> platform, target = Target.from_url("frr://netops@r1")
        >>> platform, target.host
        ('frr', 'r1')
        """
        platform, place = _native.parse_url(url)
        return platform, cls()._at(place)

    def at(self, text: str) -> Target:
        """This, at another place: host, port and user as in :meth:`parse`, and everything else from here.

        A user that the text does not name is this target's; the port is the text's alone.
        """
        return self._at(_native.parse_target(text))

    def _at(self, place: tuple[str, str, int | None]) -> Target:
        username, host, port = place
        credentials = self.credentials.replace(username=username) if username else self.credentials
        return self.replace(host=host, port=port, credentials=credentials)
