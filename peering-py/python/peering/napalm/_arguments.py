"""What a caller of NAPALM says of a router, as our drivers and targets have it.

Where NAPALM checks nothing, what a router shows first is trusted, written down and logged, and refused when it changes.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from peering._secret import Secret
from peering.drivers import (
    AristaEos,
    CandidateMode,
    CiscoIos,
    CiscoIosxr,
    CiscoNxos,
    EosTransport,
    Frr,
    JuniperJunos,
    NxosTransport,
    Upload,
)
from peering.napalm.exceptions import made
from peering.target import (
    Ca,
    Credentials,
    HostKeyPolicy,
    Known,
    NoSshConfig,
    Pinned,
    SshConfig,
    SshConfigFile,
    System,
    Target,
    Timeouts,
    TlsPolicy,
    TrustOnFirstUse,
    UserSshConfig,
)

LOGGER = logging.getLogger("peering.napalm")

#: A step of a configuration change has at least this long, whatever the timeout for everything else.
CHANGE = timedelta(seconds=120)

#: Where eAPI is on the router itself.
EAPI_SOCKET = "/var/run/command-api.sock"
EAPI_LOCAL_PORT = 8080
EAPI_PATH = "command-api"


def _secret(text: str | None) -> Secret | None:
    return Secret(text) if text else None


class Arguments:
    """NAPALM's arguments of one driver. The caller's ``optional_args`` stay as they are."""

    def __init__(
        self, hostname: str, username: str, password: str | None, timeout: float, optional: Mapping[str, Any]
    ) -> None:
        self.hostname = hostname
        self.username = username
        self.password = _secret(password)
        self.timeout = timedelta(seconds=timeout)
        self._optional = optional
        self._unread = set(optional)

    def take(self, name: str, default: Any = None) -> Any:
        """One of the optional arguments."""
        self._unread.discard(name)
        value = self._optional.get(name)
        return default if value is None else value

    def path(self, name: str) -> Path | None:
        """One that is a file."""
        value = self.take(name)
        return None if not value else Path(value).expanduser()

    def finish(self, platform: str) -> None:
        """What nobody has asked for is left alone, as NAPALM leaves it."""
        if self._unread:
            LOGGER.debug("%s: optional_args without a meaning here: %s", platform, ", ".join(sorted(self._unread)))

    def lock(self) -> None:
        """Whether the caller wants to change something without the lock."""
        if self.take("lock_disable", False):
            LOGGER.warning("%s: lock_disable has no effect: changes are always made under the lock", self.hostname)

    def port(self) -> int | None:
        """It may be text, as inventories have it."""
        port = self.take("port")
        return None if port is None else int(port)

    def timeouts(self) -> Timeouts:
        return Timeouts(connect=self.timeout, read=self.timeout, change=max(self.timeout, CHANGE))

    def ssh(self) -> Target:
        """A target that is reached by SSH."""
        key = self.path("key_file")
        # NAPALM's `junos` gives the password for the key, too
        passphrase = _secret(self.take("passphrase")) or (self.password if key else None)
        is_bare = self.password is None and key is None
        keepalive = self.take("keepalive", 30)
        return Target(
            self.hostname,
            port=self.port(),
            credentials=Credentials(
                username=self.username,
                password=self.password,
                private_key=key,
                passphrase=passphrase,
                agent=bool(self.take("allow_agent", is_bare)),
            ),
            timeouts=self.timeouts(),
            keepalive=timedelta(seconds=keepalive) if keepalive else None,
            host_key=self.host_key(),
            known_hosts=self.known_hosts(),
            trusted_hosts=self.path("trusted_hosts"),
            ssh_config=self.ssh_config(),
        )

    def host_key(self) -> HostKeyPolicy:
        """``fingerprint`` is ours; the others are netmiko's and ncclient's."""
        fingerprint = self.take("fingerprint")
        is_strict = self.take("ssh_strict", False) or self.take("hostkey_verify", False)
        if fingerprint:
            return Pinned(fingerprint)
        return Known() if is_strict else TrustOnFirstUse()

    def known_hosts(self) -> tuple[Path, ...] | None:
        file = self.path("alt_key_file")
        return (file,) if self.take("alt_host_keys", False) and file else None

    def ssh_config(self) -> SshConfig:
        if self.take("ssh_config_file") is False:
            return NoSshConfig()
        file = self.path("ssh_config_file")
        # Nornir names the user's own, whether it is there or not
        is_users = file is None or file == Path("~/.ssh/config").expanduser()
        return UserSshConfig() if is_users or file is None else SshConfigFile(file)

    def tls(self) -> TlsPolicy:
        """``fingerprint`` is ours, the others are pyeapi's; ``ssl_verify`` is that of ``nxos``."""
        fingerprint, authority = self.take("fingerprint"), self.path("ca_file")
        context, verify = self.take("context"), self.take("ssl_verify", False)
        is_verified = self.take("enforce_verification", False) or verify is True
        if isinstance(verify, (str, Path)):
            authority = Path(verify).expanduser()
        if fingerprint:
            return Pinned(fingerprint)
        if authority:
            return Ca(authority)
        if is_verified:
            return System()
        if isinstance(context, ssl.SSLContext) and context.verify_mode != ssl.CERT_NONE:
            raise made(
                "ConnectionException",
                "optional_args['context']: what an SSLContext verifies cannot be read out of it; give the authority's file as "
                "'ca_file', or 'enforce_verification' for the system's",
            )
        return TrustOnFirstUse()


def eos(arguments: Arguments) -> tuple[AristaEos, Target]:
    """Driver and target of an Arista EOS router."""
    transport = arguments.take("eos_transport", "https")
    transport = arguments.take("transport", transport)
    host, port, spoken = arguments.hostname, arguments.port(), EosTransport.HTTPS
    path = arguments.take("path", EAPI_PATH)
    if transport == "ssh":
        spoken = EosTransport.SSH
    elif transport in ("http", "http_session"):
        spoken = EosTransport.HTTP
    elif transport == "http_local":
        host, port, spoken = "localhost", port or EAPI_LOCAL_PORT, EosTransport.HTTP
    elif transport == "socket":
        host, port = f"unix:{EAPI_SOCKET if path == EAPI_PATH else path}", None
    elif transport not in ("https", "https_certs", "https_session"):
        raise made(
            "ConnectionException",
            f"transport {transport!r} is not offered here: it is ssh, or http, https, https_certs, http_local or socket (eAPI)",
        )
    if transport != "socket" and str(path).strip("/") != EAPI_PATH:
        raise made("ConnectionException", f"path {path!r}: eAPI is asked at /{EAPI_PATH}, and nowhere else")
    arguments.lock()
    # what there is to invalidate never outlives a failed discard here
    arguments.take("force_cfg_session_invalid")
    # over SSH NAPALM leaves it to netmiko, which calls it `secret`
    secret = arguments.take("secret") if spoken is EosTransport.SSH else None
    driver = AristaEos(
        transport=spoken,
        enable=not arguments.take("force_no_enable", False),
        enable_password=_secret(arguments.take("enable_password") or secret),
        auto_complete=bool(arguments.take("eos_autoComplete", False)),
    )
    target = arguments.ssh() if spoken is EosTransport.SSH else _eapi(arguments, host, port)
    arguments.finish("eos")
    return driver, target


def _eapi(arguments: Arguments, host: str, port: int | None) -> Target:
    return Target(
        host,
        port=port,
        credentials=Credentials(
            username=arguments.username,
            password=arguments.password,
            client_certificate=arguments.path("cert_file"),
            client_key=arguments.path("key_file"),
        ),
        timeouts=arguments.timeouts(),
        tls=arguments.tls(),
        trusted_certificates=arguments.path("trusted_certificates"),
    )


#: What the configuration is read with; NAPALM lets it be changed.
JUNOS_READS = {"database": "committed", "inherit": "inherit", "groups": "groups"}


def junos(arguments: Arguments) -> tuple[JuniperJunos, Target]:
    """Driver and target of a Junos router."""
    given = {f"junos_config_{name}": value for name, value in JUNOS_READS.items()}
    asked = {name: arguments.take(name, value) for name, value in given.items()}
    if asked != given or arguments.take("junos_config_options", JUNOS_READS) != JUNOS_READS:
        raise NotImplementedError(
            "junos_config_database, _inherit, _groups, _options: the configuration is read as NAPALM reads it by default "
            "(committed, inherit, groups)"
        )
    arguments.lock()
    # a warning of Junos never was an error here, replies may be as long as they are, and a connection is tried anyway
    for name in ("ignore_warning", "huge_tree", "auto_probe"):
        arguments.take(name)
    is_private = bool(arguments.take("config_private", False))
    minute = arguments.take("minute", timedelta(seconds=60))
    driver = JuniperJunos(candidate=CandidateMode.PRIVATE if is_private else CandidateMode.EXCLUSIVE, minute=minute)
    target = arguments.ssh()
    arguments.finish("junos")
    return driver, target


def _privileged(arguments: Arguments) -> Secret | None:
    """The password for ``enable``. A session becomes privileged where it may: ``force_no_enable`` says not to ask."""
    password = _secret(arguments.take("secret"))
    return None if arguments.take("force_no_enable", False) else password


def ios(arguments: Arguments) -> tuple[CiscoIos, Target]:
    """Driver and target of a router with IOS or IOS-XE."""
    if arguments.take("transport", "ssh") != "ssh":
        raise made("ConnectionException", "IOS is reached by SSH here; telnet is not offered")
    if arguments.take("canonical_int", False):
        raise NotImplementedError("canonical_int: names of interfaces are the router's own")
    arguments.lock()
    # files have names of their own here; a commit that fails always goes back; nothing is ever changed that is not in the diff
    for name in ("candidate_cfg", "merge_cfg", "rollback_cfg", "auto_rollback_on_error", "auto_file_prompt"):
        arguments.take(name)
    driver = CiscoIos(
        enable_password=_privileged(arguments),
        file_system=arguments.take("dest_file_system"),
        upload=Upload.TCL if arguments.take("inline_transfer", False) else Upload.SCP,
    )
    target = arguments.ssh()
    arguments.finish("ios")
    return driver, target


def iosxr(arguments: Arguments) -> tuple[CiscoIosxr, Target]:
    """Driver and target of a router with IOS-XR, over NETCONF."""
    if arguments.take("config_encoding", "cli") != "cli":
        raise NotImplementedError("config_encoding: configurations are the command line's text here ('cli')")
    arguments.lock()
    driver = CiscoIosxr()
    target = arguments.ssh()
    arguments.finish("iosxr_netconf")
    return driver, target


def nxos(arguments: Arguments) -> tuple[CiscoNxos, Target]:
    """Driver and target of a router with NX-OS, over NX-API. ``optional_args["ssh_port"]`` is ours: where files are put."""
    transport = arguments.take("transport", arguments.take("nxos_protocol", "https"))
    if transport not in ("http", "https"):
        raise made("ConnectionException", f"transport {transport!r} is not offered here: it is http or https (NX-API)")
    arguments.lock()
    driver = CiscoNxos(
        transport=NxosTransport(transport),
        ssh_port=int(arguments.take("ssh_port", 22)),
        enable_password=_privileged(arguments),
        file_system=arguments.take("dest_file_system", "bootflash:"),
    )
    target = Target(
        arguments.hostname,
        port=arguments.port(),
        credentials=Credentials(username=arguments.username, password=arguments.password),
        timeouts=arguments.timeouts(),
        # files are put by SSH
        host_key=arguments.host_key(),
        known_hosts=arguments.known_hosts(),
        trusted_hosts=arguments.path("trusted_hosts"),
        ssh_config=arguments.ssh_config(),
        tls=arguments.tls(),
        trusted_certificates=arguments.path("trusted_certificates"),
    )
    arguments.finish("nxos")
    return driver, target


def nxos_ssh(arguments: Arguments) -> tuple[CiscoNxos, Target]:
    """Driver and target of a router with NX-OS, over its command line."""
    arguments.lock()
    driver = CiscoNxos(
        transport=NxosTransport.SSH,
        enable_password=_privileged(arguments),
        file_system=arguments.take("dest_file_system", "bootflash:"),
    )
    target = arguments.ssh()
    arguments.finish("nxos_ssh")
    return driver, target


def frr(arguments: Arguments) -> tuple[Frr, Target]:
    """Driver and target of a router with FRR."""
    arguments.lock()
    folder = arguments.take("state_dir")
    driver = Frr(state_dir=folder) if folder else Frr()
    target = arguments.ssh()
    arguments.finish("frr")
    return driver, target
