"""Routers of a command: which, how to be let in, and several at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from peering.cli._exits import Failed, described, exit_of
from peering.cli._output import Answer, Output
from peering.cli._settings import first_set

if TYPE_CHECKING:
    from peering import Network, Router, Secret, Target
    from peering.cli._call import Call

#: How long a command for the password may take, in seconds: somebody may have to unlock something.
_PASSWORD_COMMAND = 120


class Destination(NamedTuple):
    """One router and how to reach it."""

    #: Its name in the network document, or host and port of a URL.
    name: str
    #: A driver of ``peering.drivers``, or its name.
    driver: Any
    #: Where it is, and how to be let in.
    target: Target
    #: Whether it stands in the network document.
    is_known: bool


class Outcome(NamedTuple):
    """What became of one router."""

    #: The router.
    name: str
    #: What was found, for programs.
    data: dict[str, Any]
    #: What failed, if something did.
    error: BaseException | None = None


def names(call: Call, network: Network | None) -> list[str]:
    """What the command line calls its routers: names of the document, and URLs."""
    from peering.exceptions import NotFoundError, OptionsError

    found: dict[str, None] = dict.fromkeys(call.arguments.routers)
    if not found and not call.arguments.all_routers:
        raise OptionsError("which routers? Say --router NAME, once for each, or --all")
    if call.arguments.all_routers:
        network = network or call.network()
        found |= dict.fromkeys(router.name for router in network.routers if router.is_usable)
        if not found:
            raise NotFoundError("the network document has no router that is in use")
    return list(found)


def destinations(call: Call, network: Network | None = None) -> list[Destination]:
    """The routers that the command line names, each with its credentials."""
    from peering import Target
    from peering.exceptions import NotFoundError, OptionsError

    found = []
    for name in names(call, network):
        if "://" in name:
            driver, place = Target.from_url(name)
            name = place.host if place.port is None else f"{place.host}:{place.port}"
            found.append(_destination(call, name, driver, place, is_known=False))
            continue
        network = network or call.network()
        router = network.router(name)
        if router is None:
            raise NotFoundError(f"the network document has no router {name!r}")
        platform = network.platform(router.platform) if router.platform else None
        if platform is None:
            raise OptionsError(f"router {name!r} has no platform, so it is not known how to talk to it")
        found.append(_destination(call, name, platform.driver, Target.parse(router.hostname), is_known=True))
    return found


def _destination(call: Call, name: str, driver: str, place: Target, *, is_known: bool) -> Destination:
    """A router with all that is said of it: by the command line, the environment, the configuration file."""
    from peering import Target

    arguments, settings = call.arguments, call.settings
    own, options = settings.router(name if is_known else place.host)
    try:
        target = Target.from_dict(own)
    except ValueError as error:
        raise type(error)(f"{settings.path}: the target of router {name!r}: {error}") from None
    user = arguments.user or place.credentials.username or first_set("PEERING_USERNAME", "NAPALM_USERNAME")
    key = arguments.key or first_set("PEERING_PRIVATE_KEY") or target.credentials.private_key
    agent = target.credentials.agent or bool(os.environ.get("SSH_AUTH_SOCK"))
    credentials = target.credentials.replace(
        username=user or target.credentials.username or settings.text("username") or "",
        private_key=Path(key).expanduser() if key is not None else None,
        agent=agent,
        password=_password(call, name, place.host, has_other=agent or key is not None),
    )
    timeouts = target.timeouts
    if arguments.timeout is not None:
        timeouts = timeouts.replace(connect=arguments.timeout, read=arguments.timeout)
    target = target.replace(host=place.host, port=place.port or target.port, credentials=credentials, timeouts=timeouts)
    return Destination(name, _driver(driver, options), target, is_known)


def _driver(name: str, options: Mapping[str, Any]) -> Any:
    """A driver with its options, by its class in ``peering.drivers``; its name where there is nothing to say."""
    if not options:
        return name
    from peering import drivers
    from peering.exceptions import OptionsError

    for kind in vars(drivers).values():
        if isinstance(kind, type) and getattr(kind, "platform", None) == name:
            return kind.from_dict(options)  # type: ignore[attr-defined]
    raise OptionsError(f"the driver {name!r} takes no options")


def _password(call: Call, router: str, host: str, *, has_other: bool) -> Secret | None:
    """The password, from the first place that has one (``peering help passwords``)."""
    from peering import Secret

    arguments = call.arguments
    if arguments.ask_password:
        return _asked(call)
    command = (
        arguments.password_command or first_set("PEERING_PASSWORD_COMMAND") or call.settings.text("password_command")
    )
    if command:
        return _of_command(command, router, host)
    text = first_set("PEERING_PASSWORD", "NAPALM_PASSWORD")
    if text is not None:
        return Secret(text)
    if not has_other and not call.output.is_json and sys.stdin.isatty() and sys.stderr.isatty():
        return _asked(call)
    return None


def _of_command(command: str, router: str, host: str) -> Secret:
    """What the command prints, without the end of its line. Its words are never shown: they may be the password."""
    from peering import Secret
    from peering.exceptions import OptionsError

    environment = {**os.environ, "PEERING_ROUTER": router, "PEERING_HOST": host}
    try:
        done = subprocess.run(
            command, shell=True, stdout=subprocess.PIPE, env=environment, timeout=_PASSWORD_COMMAND, check=False
        )
    except subprocess.TimeoutExpired:
        raise OptionsError(f"the command for the password of {router} took longer than {_PASSWORD_COMMAND} s") from None
    if done.returncode != 0:
        raise OptionsError(f"the command for the password of {router} ended with status {done.returncode}")
    lines = done.stdout.decode("utf-8", "surrogateescape").splitlines()
    if not lines or not lines[0]:
        raise OptionsError(f"the command for the password of {router} printed nothing")
    return Secret(lines[0])


def _asked(call: Call) -> Secret | None:
    """Asked for on the terminal, once for all routers. Nothing is none."""
    from peering import Secret

    if call.asked is None:
        import getpass

        call.asked = getpass.getpass("Password for the routers: ")
    return Secret(call.asked) if call.asked else None


async def connected(destination: Destination) -> Router:
    """The router, connected."""
    from peering import Router

    return await Router.connect_async(destination.driver, destination.target)


def each(
    call: Call, found: Sequence[Destination], work: Callable[[Destination], Awaitable[Outcome]], *, stop: bool = False
) -> list[Outcome]:
    """Does the work for every router, as many at a time as the command line says, and gives the outcomes in order.

    An error is that router's alone. With ``stop`` no other router is begun after it; those have no outcome.
    """
    import asyncio

    async def all_of_them() -> list[Outcome]:
        places = asyncio.Semaphore(call.arguments.parallel)
        failed = False

        async def one(destination: Destination) -> Outcome | None:
            nonlocal failed
            async with places:
                if stop and failed:
                    return None
                try:
                    outcome = await work(destination)
                except Exception as error:
                    outcome = Outcome(destination.name, {}, error)
                failed = failed or outcome.error is not None
                return outcome

        done = await asyncio.gather(*(one(destination) for destination in found))
        return [outcome for outcome in done if outcome is not None]

    return asyncio.run(all_of_them())


def answer(output: Output, operation: str, outcomes: Sequence[Outcome], *, code: int = 0) -> Answer:
    """The outcomes of all routers as one answer: the error of the one that failed, or how many did."""
    entries = [
        {
            "router": outcome.name,
            "ok": outcome.error is None,
            "error": described(outcome.error) if outcome.error is not None else None,
            **outcome.data,
        }
        for outcome in outcomes
    ]
    data = {"routers": entries}
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    if not errors:
        return Answer(data, code)
    if len(outcomes) == 1:
        return Answer(data, error=errors[0])
    for outcome in outcomes:
        if outcome.error is not None:
            output.fail(f"{outcome.name}: {outcome.error}")
    if len(errors) == 1:
        return Answer(data, error=errors[0], is_told=True)
    kinds = {exit_of(error).kind for error in errors}
    kind = kinds.pop() if len(kinds) == 1 else "several"
    return Answer(data, error=Failed(kind, f"{len(errors)} of {len(outcomes)} routers failed", operation=operation))
