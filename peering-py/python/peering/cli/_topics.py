"""``peering help``: what is too long for ``--help``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from peering.cli._arguments import Commands, exit_codes
from peering.cli._exits import EXITS, Failed
from peering.cli._output import Answer
from peering.cli._settings import VARIABLES

if TYPE_CHECKING:
    from peering.cli._call import Call

__all__ = ["add"]


def _exit_codes() -> str:
    return "Every command ends with one of these:\n\n" + "\n".join(exit_codes())


def _environment() -> str:
    names = max(len(variable.name) for variable in VARIABLES)
    lines = [f"  {variable.name:<{names}}  {variable.meaning}" for variable in VARIABLES]
    return (
        "The command line goes before the environment, the environment before the configuration file\n"
        "(`peering help config`). Key and address of PeeringDB are also taken from peeringdb-py's ~/.peeringdb/config.yaml,\n"
        "which, as there, goes before its variables.\n\n" + "\n".join(lines)
    )


_JSON = """\
With --json, standard output holds one JSON document, and standard error at most a log (--verbose):

  {"version": 1,           grows when something is taken away or gets another meaning
   "command": "diff",
   "ok": true,             whether the command did what it was asked
   "data": …,              what it found, also in part where something failed
   "error": null,          or {"kind": …, "message": …, "host": …, "operation": …}
   "warnings": []}         what somebody should know although nothing failed

"kind" is a word of `peering help exit-codes`. Commands for routers have {"routers": [{"router": "edge1", "ok": true,
"error": null, …}, …]} as data, one entry for each router, in the order of the command line or the document; with several
that failed, "error" above says how many. Times are RFC 3339, durations are seconds. A router's passwords are never in it,
except in what `render` renders.

The data of each command:

"""

#: What stands in the data of each command; of each router, where the data are routers.
DATA = {
    "sync": ("cache", "types", "missing", "rows", "changes", "notes", "bytes", "fetch", "apply", "joined"),
    "get": ("type", "objects"),
    "exchanges": ("asn", "ports", "import"),
    "peers": ("exchanges",),
    "missing": ("asn", "peers"),
    "render": ("routers", "configuration", "findings"),
    "diff": ("routers", "changes", "diff"),
    "apply": ("routers", "changes", "diff", "result", "token", "deadline", "sessions"),
    "confirm": ("routers", "token"),
    "revert": ("routers", "token"),
    "poll": ("routers", "bgp_neighbors"),
    "ping": ("routers", "platform", "host", "seconds", "facts", "capabilities", "leftovers"),
    "doctor": ("versions", "cache", "network", "files", "environment", "packages", "peeringdb", "routers"),
}


def _json() -> str:
    lines = []
    for command, names in DATA.items():
        of = ", of each also " if names[0] == "routers" else ""
        lines.append(f"  {command:<10} {names[0]}{of or (', ' if names[1:] else '')}{', '.join(names[1:])}")
    return (
        _JSON
        + "\n".join(lines)
        + "\n\nThe result of apply is unchanged, pending, confirmed, reverted or unknown. Objects of PeeringDB have its own names, everything\n"
        "else those of the records of the Python package."
    )


_PASSWORDS = """\
A password is never an argument: everybody on the machine could read it in the list of processes. It is taken from the
first of these that there is:

  1. --ask-password: asked for on the terminal, once for all routers
  2. --password-command COMMAND, PEERING_PASSWORD_COMMAND, password_command in the configuration file: a shell command
     that prints it; PEERING_ROUTER and PEERING_HOST in its environment name the router
  3. PEERING_PASSWORD, NAPALM_PASSWORD
  4. asked for on the terminal, if there is neither a key (--key) nor an SSH agent

The SSH agent (SSH_AUTH_SOCK) and --key are tried first, and so is what ~/.ssh/config names for the host."""

_CONFIG = """\
peering/config.toml in your configuration folder (or config.yaml, config.json), or the file of PEERING_CONFIG:

  cache = "~/peering/peeringdb.sqlite"
  network = "~/peering/network.yaml"
  username = "netops"
  templates = "~/peering/templates"      as PEERING_TEMPLATES
  password_command = "pass show routers/$PEERING_ROUTER"

  [target]                               of every router: the fields of peering.Target
  timeouts = { read = 60 }

  [routers.edge1]                        of one router, over those of every router
  target = { port = 8443, tls = { pinned = "…" } }
  options = { transport = "http" }       of its driver

A router is found by the network document: its `hostname` is a name or an address, with :port and user@ where needed; its
platform's `driver` says how it is talked to."""

#: A document that could be used as it stands.
DOCUMENT = """\
autonomous_systems:
  - {asn: 64500, name: Example Networks, affiliated: true}
internet_exchanges:
  - {name: Example IX, slug: example-ix, local_autonomous_system: 64500, peeringdb_ixlan: 26}
connections:
  - {name: example-ix-1, internet_exchange: example-ix, router: edge1, ipv4_address: 192.0.2.1/24}
routers:
  - {name: edge1, hostname: edge1.example.net, platform: FRR, local_autonomous_system: 64500}
platforms:
  - {name: FRR, driver: frr}
"""


def _network() -> str:
    shown = "".join(f"  {line}\n" for line in DOCUMENT.splitlines())
    return (
        "What you want, as YAML or JSON, in one file or in a folder of them:\n\n"
        f"{shown}\n"
        "`peering exchanges ASN --import` writes the first three from PeeringDB. Routers and platforms, and on which router a\n"
        "connection is, are for you to add. `peering peers --add` adds sessions (internet_exchange_sessions); their policies\n"
        "and passwords are for you again. A command that writes the document keeps everything in it but comments and the\n"
        "order of fields. Drivers: `peering doctor` lists them."
    )


_TOPICS: dict[str, tuple[str, Callable[[], str]]] = {
    "config": ("the configuration file", lambda: _CONFIG),
    "environment": ("environment variables", _environment),
    "exit-codes": ("what the exit status says", _exit_codes),
    "json": ("what --json prints", _json),
    "network": ("the network document: exchanges, sessions, routers", _network),
    "passwords": ("where passwords come from", lambda: _PASSWORDS),
}


def add(commands: Commands) -> None:
    """Adds ``help``."""
    help_ = commands.add(
        "help",
        _help,
        summary="read about the network document, exit codes, environment, JSON, passwords",
        examples="peering help\npeering help exit-codes",
    )
    help_.add_argument("topic", nargs="?", metavar="TOPIC", help=", ".join(_TOPICS))


def _help(call: Call) -> Answer:
    topic = call.arguments.topic
    if topic is None:
        call.output.table(["topic", "about"], [(name, about) for name, (about, _) in _TOPICS.items()])
        call.output.print("\n`peering --help` lists the commands, `peering COMMAND --help` explains one.")
        return Answer({"topics": {name: about for name, (about, _) in _TOPICS.items()}})
    if topic not in _TOPICS:
        raise Failed("not-found", f"there is no topic {topic!r}; there are {', '.join(_TOPICS)}")
    text = _TOPICS[topic][1]()
    call.output.print(text)
    if topic == "exit-codes":
        return Answer({"exit_codes": [exit._asdict() for exit in EXITS.values()]})
    return Answer({"text": text})
