"""``confirm`` and ``revert``: the end of a commit that another process made, and the file that lets it."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from peering.cli._arguments import Commands, add_routers
from peering.cli._output import Answer
from peering.cli._settings import user_folder

if TYPE_CHECKING:
    from peering import Confirming, Router
    from peering.cli._call import Call
    from peering.cli._routers import Destination, Outcome
    from peering.pending import Token


def add(commands: Commands) -> None:
    """Adds the commands."""
    for name, run, summary, story in (
        (
            "confirm",
            _confirm,
            "make a pending commit permanent",
            "A commit with a timer is taken back by the router itself at its deadline, unless it is confirmed.",
        ),
        (
            "revert",
            _revert,
            "take a pending commit back now",
            "The router would do so by itself at the deadline; this does not wait for it.",
        ),
    ):
        command = commands.add(
            name,
            run,
            summary=summary,
            story=f"{story}\nThe commit is the one that `apply` last made on the router; or the one of --token, as\n"
            "`apply --json` prints it.",
            examples=f"""
peering apply --router edge1 --no-wait --window 10m
peering {name} --router edge1
peering {name} --router edge1 --token token.json""",
        )
        add_routers(command, parallel=1)
        command.add_argument(
            "--token", metavar="FILE", help="a token from elsewhere, for one router; - is standard input"
        )


def _confirm(call: Call) -> Answer:
    async def confirm(confirming: Confirming) -> None:
        await confirming.confirm_async()

    return _end(call, "confirm", confirm, "confirmed and saved")


def _revert(call: Call) -> Answer:
    async def revert(confirming: Confirming) -> None:
        await confirming.revert_async()

    return _end(call, "revert", revert, "the old configuration is back")


def _end(call: Call, operation: str, end: Callable[[Confirming], Awaitable[None]], words: str) -> Answer:
    from peering.cli._routers import Outcome, answer, connected, destinations, each
    from peering.exceptions import NotFoundError, OptionsError

    found = destinations(call)
    if call.arguments.token and len(found) != 1:
        raise OptionsError("--token is for one router")
    # Before anybody is connected to: a router without a token is the caller's to fix.
    tokens = {one.name: _given(call) if call.arguments.token else recall(one) for one in found}

    async def end_one(destination: Destination) -> Outcome:
        token = tokens[destination.name]
        router: Router = await connected(destination)
        try:
            try:
                confirming = await router.reattach_async(token)
            except NotFoundError:
                forget(destination)
                raise
            await end(confirming)
        finally:
            await router.close_async()
        forget(destination)
        call.output.print(f"{destination.name}: {words}")
        return Outcome(destination.name, {"token": token.to_dict()})

    return answer(call.output, operation, each(call, found, end_one))


def _given(call: Call) -> Token:
    import json

    from peering.exceptions import ParseError
    from peering.pending import Token

    place = call.arguments.token
    text = sys.stdin.read() if place == "-" else Path(place).read_text(encoding="utf-8")
    try:
        return Token.from_dict(json.loads(text))
    except ValueError as error:
        raise ParseError(f"this is not a token: {error}") from None


def _file(destination: Destination) -> Path:
    """Where the token of the last commit on a router is kept: by the place, not by the name, which may be of another
    document."""
    place = f"{destination.target.host}:{destination.target.port or ''}"
    name = "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in place)
    return user_folder("state") / "pending" / f"{name}.json"


def remember(destination: Destination, token: Token) -> None:
    """Keeps a token until its commit has ended, so that another process can end it. It holds no secret."""
    import json

    path = _file(destination)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: a process that dies here must not leave half a token.
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps(token.to_dict()), encoding="utf-8")
    beside.replace(path)


def recall(destination: Destination) -> Token:
    """The token of the last commit on a router."""
    import json

    from peering.exceptions import NotFoundError
    from peering.pending import Token

    try:
        return Token.from_dict(json.loads(_file(destination).read_text(encoding="utf-8")))
    except FileNotFoundError:
        message = f"this machine knows of no pending commit on {destination.name}; --token takes a token from elsewhere"
        raise NotFoundError(message, operation="reattach") from None


def forget(destination: Destination) -> None:
    """The commit has ended."""
    _file(destination).unlink(missing_ok=True)
