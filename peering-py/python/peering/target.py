"""Where a router is and how to be let in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from peering._record import Record, record
from peering._secret import Secret


@record()
class Credentials(Record):
    """What proves to a router who we are. Everything that is there is tried: agent, key, password.

    >>> Credentials(username="netops", password="hunter2")
    Credentials(username='netops', password=Secret(…), private_key=None, passphrase=None, agent=False)
    """

    #: The user name.
    username: str = ""
    #: The password, also the answer to keyboard-interactive prompts. Text is taken, too.
    password: Secret | None = None
    #: A file with an SSH private key.
    private_key: Path | None = None
    #: The passphrase of that file.
    passphrase: Secret | None = None
    #: Whether to ask the SSH agent (``SSH_AUTH_SOCK``).
    agent: bool = False


@record()
class Timeouts(Record):
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
class TrustOnFirstUse(Record):
    """Known hosts; an unknown one is accepted once and written to our own file; a changed key is refused.

    >>> TrustOnFirstUse().to_dict()
    'trust-on-first-use'
    """


@record(tag="pinned", kw_only=False)
class Pinned(Record):
    """Exactly the key or certificate with this fingerprint.

    >>> Pinned("SHA256:abc").to_dict()
    {'pinned': 'SHA256:abc'}
    """

    #: The fingerprint.
    value: str


HostKeyPolicy: TypeAlias = TrustOnFirstUse | Pinned


@record()
class Target(Record):
    """One router: where it is, and how to be let in.

    >>> Target(host="192.0.2.1", credentials=Credentials(username="netops")).port
    """

    #: Host name or address; or ``unix:`` and the path of a socket on this machine.
    host: str
    #: The port, if it is not the transport's own.
    port: int | None = None
    #: What proves who we are.
    credentials: Credentials = Credentials()
    #: How long to wait.
    timeouts: Timeouts = Timeouts()
    #: Which host keys are accepted.
    host_key: HostKeyPolicy = TrustOnFirstUse()
