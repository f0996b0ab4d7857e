"""The command line: what all commands understand, and how each is added to it.

Nothing here or in the modules of the commands imports what a command needs to work: ``peering --help`` comes at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from peering.cli._exits import EXITS, UsageError

if TYPE_CHECKING:
    from peering._record import Address
    from peering.cli._call import Call
    from peering.cli._output import Answer

__all__ = ["Commands", "Parser", "parser"]

_STORY = """\
Internet peering from the command line: PeeringDB kept on this machine, who you could peer with, and routers that take
the sessions safely."""

_JOB = """\
The whole job:

  peering sync                                   fetch PeeringDB, once, then what has changed
  peering exchanges AS64500                      where a network is
  peering exchanges AS64500 --import             the same into the network document (--network)
  peering peers example-ix --add                 who could peer with us there, as sessions of the document
  peering render --router edge1                  the configuration that follows from it
  peering diff --router edge1                    what it would change; changes nothing
  peering apply --router edge1                   commit with a timer, wait for the sessions, confirm or take back

`peering COMMAND --help` has examples; `peering help` lists more to read: the network document,
exit codes, environment, JSON, passwords.
"""


class Parser(argparse.ArgumentParser):
    """A parser that raises: the envelope and the exit code are said in one place."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


class Commands:
    """The commands, as they are added."""

    def __init__(self, top: argparse.ArgumentParser) -> None:
        self._choices = top.add_subparsers(
            dest="command", metavar="COMMAND", title="commands", parser_class=Parser, required=True
        )

    def add(
        self, name: str, run: Callable[[Call], Answer], *, summary: str, story: str = "", examples: str
    ) -> argparse.ArgumentParser:
        """A command with its function, one line for the list, its story and its examples."""
        added = self._choices.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.\n\n{story}".rstrip(),
            epilog=f"examples:\n{_indented(examples)}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        added.set_defaults(run=run)
        _add_common(added, argparse.SUPPRESS)
        return added


def parser() -> Parser:
    """The whole command line.

    >>> parser().parse_args(["get", "net", "AS13335", "--json"]).is_json
    True
    """
    from peering.cli import _configure, _discover, _doctor, _mirror, _observe, _pending, _topics

    top = Parser(
        prog="peering",
        description=_STORY,
        epilog=_JOB,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="store_true", help="print the version and end")
    _add_common(top, None)
    commands = Commands(top)
    for module in (_mirror, _discover, _configure, _pending, _observe, _doctor, _topics):
        module.add(commands)
    return top


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip().splitlines())


def _add_common(to: argparse.ArgumentParser, default: Any) -> None:
    """What every command understands, before its name and after it. What a command's parser is not given it leaves
    alone (``SUPPRESS``), so that it does not undo what stood before its name."""
    group = to.add_argument_group("for every command")
    flag = argparse.SUPPRESS if default is argparse.SUPPRESS else False
    group.add_argument(
        "--json", dest="is_json", action="store_true", default=flag, help="print one JSON document (peering help json)"
    )
    group.add_argument(
        "-q", "--quiet", dest="is_quiet", action="store_true", default=flag, help="no notes, warnings or progress bars"
    )
    # A counter cannot be told before and after the command; the more talkative word counts twice.
    group.add_argument("-v", "--verbose", action="store_true", default=flag, help="log what is done to standard error")
    group.add_argument("--debug", action="store_true", default=flag, help="log everything, and show where a defect is")
    group.add_argument(
        "--cache",
        metavar="FILE",
        type=Path,
        default=default,
        help="the PeeringDB cache (default: in your cache folder)",
    )
    group.add_argument(
        "--network",
        metavar="FILE",
        type=Path,
        default=default,
        help="the network document: YAML or JSON, or a folder of them (default: PEERING_NETWORK)",
    )


def add_selection(to: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Which routers."""
    which = to.add_argument_group("routers")
    which.add_argument(
        "-r",
        "--router",
        metavar="NAME",
        action="append",
        dest="routers",
        default=[],
        help="a router of the network document; may be repeated",
    )
    which.add_argument("--all", dest="all_routers", action="store_true", help="every router that is not disabled")
    return which


def add_routers(to: argparse.ArgumentParser, *, parallel: int) -> None:
    """Which routers, and how to be let in."""
    which = add_selection(to)
    which.description = "A router may also be platform://user@host:port, whether it is in the document or not."
    which.add_argument(
        "--parallel", metavar="N", type=count, default=parallel, help=f"so many at a time (default: {parallel})"
    )
    login = to.add_argument_group("login (passwords: peering help passwords)")
    login.add_argument("--user", metavar="NAME", help="user name (default: PEERING_USERNAME)")
    login.add_argument(
        "--key", metavar="FILE", type=Path, help="SSH private key (default: PEERING_PRIVATE_KEY, ssh's own)"
    )
    login.add_argument(
        "--password-command",
        metavar="COMMAND",
        help="a shell command that prints the password; PEERING_ROUTER in its environment names the router",
    )
    login.add_argument("--ask-password", action="store_true", help="ask for the password, whatever else there is")
    login.add_argument("--timeout", metavar="TIME", type=length, help="longest wait for a connection and for one read")


def count(text: str) -> int:
    """A number of one or more."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def length(text: str) -> timedelta:
    """A length of time: seconds, or with a unit.

    >>> length("90"), length("2m")
    (datetime.timedelta(seconds=90), datetime.timedelta(seconds=120))
    """
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "s")
    try:
        seconds = float(number) * _UNITS[unit]
        if not 0 < seconds < 1e8:
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time like 90, 90s, 5m or 1h") from None
    return timedelta(seconds=seconds)


def asn(text: str) -> int:
    """An AS number, with or without ``AS``, also in dotted form.

    >>> asn("AS64500"), asn("64500"), asn("1.10")
    (64500, 64500, 65546)
    """
    digits = text[2:] if text[:2].upper() == "AS" else text
    high, dot, low = digits.partition(".")
    parts = (high, low) if dot else (digits,)
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not an AS number")
    number = int(high) * 65536 + int(low) if dot else int(digits)
    if not 0 < number < 2**32 or (dot and (int(high) > 65535 or int(low) > 65535)):
        raise argparse.ArgumentTypeError(f"{text!r} is not an AS number")
    return number


def address(text: str) -> Address:
    """An IP address.

    >>> address("192.0.2.1")
    IPv4Address('192.0.2.1')
    """
    from ipaddress import ip_address

    try:
        return ip_address(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address") from None


def exit_codes() -> list[str]:
    """The table of exit codes."""
    return [f"{exit.code:>4}  {exit.kind:<16} {exit.meaning}" for exit in EXITS.values()]
