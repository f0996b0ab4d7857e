"""One run of the command line: what a command is given, and what becomes of its answer."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from peering.cli._exits import EXITS, Failed, UsageError, described, exit_of
from peering.cli._output import Answer, Output, clean, envelope
from peering.cli._settings import Settings, user_folder

if TYPE_CHECKING:
    from peering import Cache, Network

__all__ = ["Call", "run"]


class Call:
    """What a command is given: its arguments, and where everything is.

    >>> call = Call(argparse.Namespace(cache=Path("here.sqlite"), network=None), Output(), Settings())
    >>> call.cache_path.name
    'here.sqlite'
    """

    def __init__(self, arguments: argparse.Namespace, output: Output, settings: Settings | None = None) -> None:
        self.arguments = arguments
        self.output = output
        self._settings = settings
        #: The password that somebody typed in, once for all routers.
        self.asked: str | None = None

    @property
    def settings(self) -> Settings:
        """What the configuration file says."""
        if self._settings is None:
            self._settings = Settings.load()
        return self._settings

    @property
    def cache_path(self) -> Path:
        """Where the PeeringDB cache is."""
        given = self.arguments.cache or os.environ.get("PEERING_CACHE") or self.settings.text("cache")
        return Path(given).expanduser() if given else user_folder("cache") / "peeringdb.sqlite"

    def cache(self) -> Cache:
        """The cache, which must have been filled."""
        from peering import Cache
        from peering.exceptions import NotFoundError

        path = self.cache_path
        if not path.exists():
            raise NotFoundError(f"there is no PeeringDB cache at {path}; `peering sync` makes one")
        return Cache.open(path)

    @property
    def network_path(self) -> Path | None:
        """Where the network document is, if anybody says."""
        given = self.arguments.network or os.environ.get("PEERING_NETWORK") or self.settings.text("network")
        return Path(given).expanduser() if given else None

    def network(self, *, make: bool = False) -> Network:
        """The network document. With ``make`` an empty one where there is none yet."""
        from peering import Network
        from peering.exceptions import OptionsError

        path = self.network_path
        if path is None:
            raise OptionsError("which network document? Say it with --network or PEERING_NETWORK")
        if make and not path.exists():
            return Network()
        return Network.load(path)

    def save(self, network: Network) -> None:
        """Writes the network document, passwords as they were in it."""
        path = self.network_path
        assert path is not None
        network.save(path, expose_secrets=True)
        self.output.note(f"{path} is written")


def run(words: list[str]) -> int:
    """Runs what the words say. See :func:`peering.cli.main`."""
    output = Output(is_json="--json" in words, is_quiet=not {"-q", "--quiet"}.isdisjoint(words))
    command = next((word for word in words if not word.startswith("-")), "")
    try:
        try:
            arguments = _parse(words)
            if arguments is None:
                return _flushed(0)
            command = arguments.command
            output = Output(is_json=arguments.is_json, is_quiet=arguments.is_quiet)
            answer: Answer = _begin(arguments, output)
        except Exception as error:
            if isinstance(error, BrokenPipeError):
                raise
            if "--debug" in words:
                import traceback

                traceback.print_exc()
            answer = Answer(error=error)
        code = answer.code or (exit_of(answer.error).code if answer.error is not None else 0)
        _finish(command, answer, output)
        return _flushed(code)
    except BrokenPipeError:
        # Python would say so once more at its end, when it flushes what nobody reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXITS["broken-pipe"].code
    except KeyboardInterrupt as error:
        _finish(command, Answer(error=error), output)
        return EXITS["interrupted"].code


def _parse(words: list[str]) -> argparse.Namespace | None:
    from peering.cli._arguments import parser

    if not words:
        words = ["--help"]
    if "--version" in words:
        from peering import __version__

        print(f"peering {__version__}")
        return None
    try:
        return parser().parse_args(words)
    except SystemExit:
        # --help: argparse has printed it.
        return None


def _begin(arguments: argparse.Namespace, output: Output) -> Answer:
    call = Call(arguments, output)
    if not (arguments.verbose or arguments.debug):
        done: Answer = arguments.run(call)
        return done
    import logging

    logger = logging.getLogger("peering")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if arguments.debug else logging.INFO)
    try:
        answer: Answer = arguments.run(call)
    finally:
        # Whoever calls this from a program of their own finds logging as it was.
        logger.removeHandler(handler)
        logger.setLevel(before)
    return answer


def _finish(command: str, answer: Answer, output: Output) -> None:
    if output.is_json:
        import json

        error = described(answer.error) if answer.error is not None else None
        document = envelope(command, answer.data, error, output.warnings)
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    elif answer.is_told:
        pass
    elif isinstance(answer.error, KeyboardInterrupt):
        output.fail("ended by Ctrl-C")
    elif isinstance(answer.error, (UsageError, Failed)) or getattr(answer.error, "kind", None) is not None:
        output.fail(str(answer.error) + _cause(answer.error))
    elif answer.error is not None:
        output.fail(f"{described(answer.error)['message']}")


def _cause(error: BaseException | None) -> str:
    cause = getattr(error, "cause", None)
    return f" ({clean(cause)})" if cause else ""


def _flushed(code: int) -> int:
    sys.stdout.flush()
    return code
