"""The drivers that are built in, with their options. A name alone is a driver with its defaults."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import ClassVar

from peering import _native
from peering._record import Record, record
from peering._secret import Secret

__all__ = [
    "AristaEos",
    "CandidateMode",
    "CiscoIos",
    "CiscoIosxr",
    "CiscoNxos",
    "EosTransport",
    "Frr",
    "IosxrTransport",
    "JuniperJunos",
    "NxosTransport",
    "Upload",
    "names",
]


def names() -> list[str]:
    """The names of the drivers that are built in, in order.

    >>> names()
    ['arista_eos', 'cisco_ios', 'cisco_iosxr', 'cisco_nxos', 'frr', 'juniper_junos']
    """
    return _native.driver_names()


class EosTransport(Enum):
    """How a router with EOS is spoken with.

    >>> EosTransport("https") is EosTransport.HTTPS
    True
    """

    #: eAPI over HTTPS, port 443 unless the target names one.
    HTTPS = "https"
    #: eAPI in clear, port 80 unless the target names one: everybody on the way reads the password.
    HTTP = "http"
    #: The command line over SSH, port 22 unless the target names one.
    SSH = "ssh"


class CandidateMode(Enum):
    """Which candidate a change is prepared in.

    >>> CandidateMode("private") is CandidateMode.PRIVATE
    True
    """

    #: The one that all share, locked for us (``configure exclusive``).
    EXCLUSIVE = "exclusive"
    #: One of our own (``configure private``): others may prepare and commit changes meanwhile.
    PRIVATE = "private"


class Upload(Enum):
    """How a file comes to a router with IOS.

    >>> Upload("tcl") is Upload.TCL
    True
    """

    #: SCP, on a channel of the same connection; the router needs ``ip scp server enable``.
    SCP = "scp"
    #: Through the router's ``tclsh``, within the session: slower, and the router needs nothing.
    TCL = "tcl"


class IosxrTransport(Enum):
    """How a router with IOS-XR is spoken with.

    >>> IosxrTransport("ssh") is IosxrTransport.SSH
    True
    """

    #: NETCONF over SSH, port 830 unless the target names one.
    NETCONF = "netconf"
    #: The command line over SSH, port 22 unless the target names one.
    SSH = "ssh"


class NxosTransport(Enum):
    """How a router with NX-OS is spoken with.

    >>> NxosTransport("https") is NxosTransport.HTTPS
    True
    """

    #: NX-API over HTTPS, port 443 unless the target names one.
    HTTPS = "https"
    #: NX-API in clear, port 80 unless the target names one: everybody on the way reads the password.
    HTTP = "http"
    #: The command line over SSH, port 22 unless the target names one.
    SSH = "ssh"


@record()
class AristaEos(Record):
    """Arista EOS 4.23 or later: over eAPI with ``management api http-commands`` enabled, or over SSH.

    A target ``unix:/var/run/command-api.sock`` is eAPI on the box itself.

    >>> AristaEos(enable_password="hunter2").platform
    'arista_eos'
    """

    #: The driver's name.
    platform: ClassVar[str] = "arista_eos"

    #: How the router is spoken with.
    transport: EosTransport = EosTransport.HTTPS
    #: Whether each batch begins with ``enable``, or the login ends with it: users below privilege 15 see no configuration
    #: without it.
    enable: bool = True
    #: The password for ``enable``, where the router wants one.
    enable_password: Secret | None = None
    #: Whether eAPI completes shortened commands, in reads and in configurations. It slows it down. The command line always
    #: does.
    auto_complete: bool = False


@record()
class CiscoIos(Record):
    """Cisco IOS and IOS-XE over SSH.

    >>> CiscoIos(file_system="bootflash:").platform
    'cisco_ios'
    """

    #: The driver's name.
    platform: ClassVar[str] = "cisco_ios"

    #: The password for ``enable``, where the router asks one of this account.
    enable_password: Secret | None = None
    #: Where files are put on the router, such as ``flash:``. ``None``: its default file system, as ``dir`` tells it.
    file_system: str | None = None
    #: How files come there.
    upload: Upload = Upload.SCP
    #: How long a minute of the router lasts: a simulated one may have shorter ones, so that nobody waits for its confirm
    #: windows.
    minute: timedelta = timedelta(minutes=1)


@record()
class CiscoIosxr(Record):
    """Cisco IOS-XR: over NETCONF from 7.0 on, over its command line before, where there is no confirm window.

    >>> CiscoIosxr(transport=IosxrTransport.SSH).platform
    'cisco_iosxr'
    """

    #: The driver's name.
    platform: ClassVar[str] = "cisco_iosxr"

    #: How the router is spoken with.
    transport: IosxrTransport = IosxrTransport.NETCONF
    #: The shortest confirm window that the router takes. 30 s, as ``commit confirmed`` has it; the manuals give none for
    #: NETCONF.
    minimum_window: timedelta = timedelta(seconds=30)
    #: The namespace of a module that lets the operation ``commit`` carry ``label`` and ``comment``. It is used where the
    #: router's hello has it. The modules that Cisco has published have none, so none is the default: then the message of a
    #: commit is not sent, and another session sees a pending commit with a deadline that is too early.
    commit_label: str | None = None
    #: The largest reply that is taken over NETCONF, in bytes.
    reply_limit: int = 256 * 1024 * 1024
    #: Where the command line has its file while a text is loaded, such as ``harddisk:/``.
    file_system: str = "disk0:/"


@record()
class CiscoNxos(Record):
    """Cisco NX-OS over NX-API (``feature nxapi``), or over SSH.

    >>> CiscoNxos(transport=NxosTransport.SSH).file_system
    'bootflash:'
    """

    #: The driver's name.
    platform: ClassVar[str] = "cisco_nxos"

    #: How the router is spoken with.
    transport: NxosTransport = NxosTransport.HTTPS
    #: The port of its SSH server where files are put, when it is spoken with over NX-API.
    ssh_port: int = 22
    #: The password for ``enable``, where the router asks one of this account.
    enable_password: Secret | None = None
    #: Where files are put on the router.
    file_system: str = "bootflash:"


@record()
class Frr(Record):
    """FRRouting, version 7.5 or later; tested with 8.4.

    >>> Frr(count_received=False).state_dir
    '/var/tmp/peering-frr'
    """

    #: The driver's name.
    platform: ClassVar[str] = "frr"

    #: The folder on the router that stands for the configuration lock and holds a transaction's files; its parent must
    #: be writable for the account and private to no one. Everybody who changes this router through this library must
    #: use the same one.
    state_dir: str = "/var/tmp/peering-frr"
    #: Whether to count the prefixes received before the import policy, where soft reconfiguration keeps them: one
    #: command for each such neighbour and family, each of which makes FRR walk its table.
    count_received: bool = True


@record()
class JuniperJunos(Record):
    """Juniper Junos 14.1 or later, with ``system services netconf ssh``.

    >>> JuniperJunos(port=830, candidate=CandidateMode.PRIVATE).platform
    'juniper_junos'
    """

    #: The driver's name.
    platform: ClassVar[str] = "juniper_junos"

    #: The port, unless the target names one. 22 by default, as for NAPALM: Junos takes NETCONF there wherever it takes
    #: SSH, so that host keys that are known and filters that are in place fit. NETCONF's own is 830.
    port: int = 22
    #: Which candidate a change is prepared in.
    candidate: CandidateMode = CandidateMode.EXCLUSIVE
    #: Whether a commit is made on both routing engines (``commit synchronize``). Not needed where the router is
    #: configured to do so anyway (``system commit synchronize``).
    synchronize: bool = False
    #: How long a minute of the router lasts: a simulated one may have shorter ones, so that nobody waits for its confirm
    #: windows.
    minute: timedelta = timedelta(minutes=1)
    #: The largest reply that is taken, in bytes.
    reply_limit: int = 256 * 1024 * 1024
