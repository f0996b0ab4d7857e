"""The options of simulated routers. What a router is started with stays; :meth:`FrrRouter.start` gives the running one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from peering._operation import finish
from peering._record import Interface, Record, record
from peering._secret import Secret

if TYPE_CHECKING:
    from peering.sim.fabric import Fabric
    from peering.sim.running import RunningEos, RunningFrr, RunningJunos
    from peering.sim.running_cisco import RunningIos, RunningNxos, RunningXr

__all__ = [
    "EosRouter",
    "FrrRouter",
    "IosRouter",
    "JunosRouter",
    "Login",
    "NxosRouter",
    "Port",
    "User",
    "XrRouter",
]


@record()
class Port(Record):
    """An interface, with its addresses.

    >>> Port(name="ge-0/0/0", addresses=["192.0.2.1/24"]).addresses
    (IPv4Interface('192.0.2.1/24'),)
    """

    #: The name, as the platform names its interfaces: ``lan0``, ``Ethernet1``, ``ge-0/0/0``.
    name: str
    #: Addresses with their prefix length.
    addresses: Sequence[Interface] = ()


class Login(Enum):
    """What a user of an FRR router gets after logging in.

    >>> Login("vtysh") is Login.VTYSH
    True
    """

    #: A POSIX shell, small: ``vtysh``, and what our driver asks for.
    SHELL = "shell"
    #: vtysh itself, as on an appliance.
    VTYSH = "vtysh"


@record()
class User(Record):
    """An account on a router.

    >>> User(name="netops", password="secret").login
    <Login.SHELL: 'shell'>
    """

    #: The name.
    name: str
    #: The password, for password and keyboard-interactive.
    password: Secret
    #: A public key in OpenSSH's format (``ssh-ed25519 AAAA…``).
    public_key: str | None = None
    #: What it gets; only FRR looks at it.
    login: Login = Login.SHELL


@record()
class FrrRouter(Record):
    """A router that runs FRR 8.4.4, or so it seems: SSH.

    >>> from peering.sim import Fabric
    >>> router = FrrRouter(name="r1", local_as=64501, users=[User(name="netops", password="secret")])
    >>> with router.start(Fabric()) as r1:
    ...     r1.host_key.split()[0], r1.username
    ('ssh-ed25519', 'netops')
    """

    platform: ClassVar[str] = "frr"

    #: The host name.
    name: str = ""
    #: Its AS. When the configuration has no ``router bgp``, an empty one of this AS is added.
    local_as: int | None = None
    #: Its interfaces.
    ports: Sequence[Port] = ()
    #: The configuration that it starts with: running and saved.
    config: str = ""
    #: Who may log in. The first is the one that the running router's ``username`` and ``target()`` speak of.
    users: Sequence[User] = ()

    def start(self, fabric: Fabric) -> RunningFrr:
        """Starts it on a LAN: an SSH server on a free port of the loopback interface."""
        from peering.sim.running import RunningFrr

        return RunningFrr(self, fabric._native.start(self).wait())

    async def start_async(self, fabric: Fabric) -> RunningFrr:
        """As :meth:`start`, awaited."""
        from peering.sim.running import RunningFrr

        return RunningFrr(self, await finish(fabric._native.start(self)))


@record()
class EosRouter(Record):
    """A router that runs Arista EOS, or so it seems: eAPI over HTTPS, and its command line over SSH.

    >>> from peering.sim import Fabric
    >>> router = EosRouter(name="eos1", local_as=64501, users=[User(name="netops", password="secret")])
    >>> with router.start(Fabric()) as eos1:
    ...     eos1.certificate.splitlines()[0]
    '-----BEGIN CERTIFICATE-----'
    """

    platform: ClassVar[str] = "arista_eos"

    #: The host name.
    name: str = ""
    #: The release that it answers as. Before 4.32 it tells of a commit timer in another form.
    version: str = "4.32.2F"
    #: Its AS. When the configuration has no ``router bgp``, an empty one of this AS is added.
    local_as: int | None = None
    #: Its interfaces, by EOS's names (``Ethernet1``). Their addresses are part of the configuration that it starts with.
    ports: Sequence[Port] = ()
    #: What the configuration has besides: running and saved.
    config: str = ""
    #: Who may log in; all are administrators. The first is the one that ``username`` and ``target()`` speak of.
    users: Sequence[User] = ()
    #: What ``enable`` asks for.
    enable_secret: Secret | None = None
    #: Plain HTTP besides, on the running router's ``http_port``.
    has_http: bool = False
    #: A Unix socket besides, which must not exist yet; it asks for no password.
    unix_socket: Path | None = None
    #: The port of its SSH server; 0 is a free one.
    ssh_port: int = 0
    #: How much later each request, and each line, is answered.
    latency: timedelta = timedelta(0)

    def start(self, fabric: Fabric) -> RunningEos:
        """Starts it on a LAN: an HTTPS server and an SSH server on free ports of the loopback interface."""
        from peering.sim.running import RunningEos

        return RunningEos(self, fabric._native.start(self).wait())

    async def start_async(self, fabric: Fabric) -> RunningEos:
        """As :meth:`start`, awaited."""
        from peering.sim.running import RunningEos

        return RunningEos(self, await finish(fabric._native.start(self)))


@record()
class JunosRouter(Record):
    """A router that runs Junos 21.4, or so it seems: NETCONF over SSH.

    >>> from peering.sim import Fabric
    >>> router = JunosRouter(name="r1", config="set system domain-name example.net", users=[User(name="netops", password="secret")])
    >>> with router.start(Fabric()) as r1:
    ...     "domain-name example.net;" in r1.running_config
    True
    """

    platform: ClassVar[str] = "juniper_junos"

    #: The host name, unless the configuration has one.
    name: str = ""
    #: Its AS, unless the configuration has one.
    local_as: int | None = None
    #: Its hardware, as ``ge-0/0/0``. Addresses go into the configuration, on unit 0, where it has no such interface.
    ports: Sequence[Port] = ()
    #: The configuration that it starts with: blocks in curly braces, or set commands.
    config: str = ""
    #: Who may log in. The first is the one that the running router's ``username`` and ``target()`` speak of.
    users: Sequence[User] = ()
    #: The TCP port that its server listens on; 0 takes a free one.
    port: int = 0
    #: The hardware model.
    model: str = "MX204"
    #: The version of Junos.
    version: str = "21.4R3.15"
    #: How long a minute of the router takes: shorter ones let the timer of a confirmed commit run out in a test. Its clock
    #: and all times that it shows run faster by as much.
    minute: timedelta = timedelta(seconds=60)
    #: How long it takes before it answers a request.
    latency: timedelta = timedelta(0)
    #: Whether it offers NETCONF base 1.1 besides 1.0, as newer releases do when they are told to comply with the RFC.
    has_base_1_1: bool = False

    def start(self, fabric: Fabric) -> RunningJunos:
        """Starts it on a LAN: an SSH server on the loopback interface."""
        from peering.sim.running import RunningJunos

        return RunningJunos(self, fabric._native.start(self).wait())

    async def start_async(self, fabric: Fabric) -> RunningJunos:
        """As :meth:`start`, awaited."""
        from peering.sim.running import RunningJunos

        return RunningJunos(self, await finish(fabric._native.start(self)))


@record()
class IosRouter(Record):
    """A router that runs Cisco IOS-XE, or so it seems: its command line over SSH.

    >>> from peering.sim import Fabric
    >>> router = IosRouter(name="r1", local_as=64501, users=[User(name="netops", password="secret")])
    >>> with router.start(Fabric()) as r1:
    ...     "hostname r1" in r1.running_config
    True
    """

    platform: ClassVar[str] = "cisco_ios"

    #: The host name.
    name: str = ""
    #: The release that it answers as.
    version: str = "17.3.4a"
    #: Its AS. When the configuration has no ``router bgp``, an empty one of this AS is added.
    local_as: int | None = None
    #: Its interfaces, by IOS's names (``GigabitEthernet1``). Their addresses are part of the configuration that it starts with.
    ports: Sequence[Port] = ()
    #: What the configuration has besides: running and saved.
    config: str = ""
    #: Who may log in. The first is the one that ``username`` and ``target()`` speak of.
    users: Sequence[User] = ()
    #: What ``enable`` asks for; with one, accounts begin unprivileged.
    enable_secret: Secret | None = None
    #: Whether configurations are archived, which the revert timer needs.
    has_archive: bool = True
    #: Whether files may come by SCP.
    has_scp: bool = True
    #: What is printed to whoever logs in.
    banner: str = ""
    #: How much later than it was sent each line is answered.
    latency: timedelta = timedelta(0)
    #: How long the router takes for each line.
    busy: timedelta = timedelta(0)
    #: How long a minute of the revert timer takes: shorter ones let it run out in a test.
    minute: timedelta = timedelta(seconds=60)

    def start(self, fabric: Fabric) -> RunningIos:
        """Starts it on a LAN: an SSH server on a free port of the loopback interface."""
        from peering.sim.running_cisco import RunningIos

        return RunningIos(self, fabric._native.start(self).wait())

    async def start_async(self, fabric: Fabric) -> RunningIos:
        """As :meth:`start`, awaited."""
        from peering.sim.running_cisco import RunningIos

        return RunningIos(self, await finish(fabric._native.start(self)))


@record()
class XrRouter(Record):
    """A router that runs Cisco IOS-XR, or so it seems: NETCONF over SSH.

    >>> from peering.sim import Fabric
    >>> router = XrRouter(name="r1", local_as=64501, users=[User(name="netops", password="secret")])
    >>> with router.start(Fabric()) as r1:
    ...     "hostname r1" in r1.running_config
    True
    """

    platform: ClassVar[str] = "cisco_iosxr"

    #: The host name, unless the configuration has one.
    name: str = ""
    #: Its AS. When the configuration has no ``router bgp``, an empty one of this AS is added, with both families.
    local_as: int | None = None
    #: Its hardware, as ``GigabitEthernet0/0/0/0``. Addresses go into the configuration where it has no such interface.
    ports: Sequence[Port] = ()
    #: The configuration that it starts with.
    config: str = ""
    #: Who may log in. The first is the one that ``username`` and ``target()`` speak of.
    users: Sequence[User] = ()
    #: The TCP port that its server listens on; 0 takes a free one.
    port: int = 0
    #: The hardware model.
    model: str = "R-IOSXRV9000-CC"
    #: The version of IOS-XR.
    version: str = "7.5.2"
    #: How long a minute of the router takes: shorter ones let the timer of a confirmed commit run out in a test. Its clock
    #: and all times that it shows run faster by as much.
    minute: timedelta = timedelta(seconds=60)
    #: How long it takes before it answers a request.
    latency: timedelta = timedelta(0)
    #: Whether it offers NETCONF base 1.1 besides 1.0, as routers do.
    has_base_1_1: bool = True
    #: A namespace that the hello has besides Cisco's, for clients that look for one before they give ``commit`` a label and a
    #: comment. Both are taken in any namespace.
    commit_label: str | None = None

    def start(self, fabric: Fabric) -> RunningXr:
        """Starts it on a LAN: an SSH server on a free port of the loopback interface."""
        from peering.sim.running_cisco import RunningXr

        return RunningXr(self, fabric._native.start(self).wait())

    async def start_async(self, fabric: Fabric) -> RunningXr:
        """As :meth:`start`, awaited."""
        from peering.sim.running_cisco import RunningXr

        return RunningXr(self, await finish(fabric._native.start(self)))


@record()
class NxosRouter(Record):
    """A router that runs Cisco NX-OS, or so it seems: NX-API over HTTPS, and its command line over SSH.

    >>> from peering.sim import Fabric
    >>> router = NxosRouter(name="n9k1", local_as=64501, users=[User(name="netops", password="secret")])
    >>> with router.start(Fabric()) as n9k1:
    ...     "hostname n9k1" in n9k1.running_config
    True
    """

    platform: ClassVar[str] = "cisco_nxos"

    #: The host name.
    name: str = ""
    #: The release that it answers as.
    version: str = "10.3(4a)"
    #: Its AS. When the configuration has no ``router bgp``, an empty one of this AS is added.
    local_as: int | None = None
    #: Its interfaces, by NX-OS's names (``Ethernet1/1``, ``mgmt0``). Their addresses are part of the configuration that it
    #: starts with.
    ports: Sequence[Port] = ()
    #: What the configuration has besides: running and saved.
    config: str = ""
    #: Who may log in; all are administrators. The first is the one that ``username`` and ``target()`` speak of.
    users: Sequence[User] = ()
    #: Plain HTTP besides, on the running router's ``http_port``.
    has_http: bool = False
    #: The port of its SSH server; 0 is a free one.
    ssh_port: int = 0
    #: How much later each request, and each line, is answered.
    latency: timedelta = timedelta(0)

    def start(self, fabric: Fabric) -> RunningNxos:
        """Starts it on a LAN: an HTTPS server, and an SSH server, on a free port of the loopback interface."""
        from peering.sim.running_cisco import RunningNxos

        return RunningNxos(self, fabric._native.start(self).wait())

    async def start_async(self, fabric: Fabric) -> RunningNxos:
        """As :meth:`start`, awaited."""
        from peering.sim.running_cisco import RunningNxos

        return RunningNxos(self, await finish(fabric._native.start(self)))
