"""``render``, ``diff`` and ``apply``: from the network document to a router."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from peering.cli._arguments import Commands, add_routers, add_selection, address, length
from peering.cli._output import Answer

if TYPE_CHECKING:
    from peering import Candidate, Network, Router
    from peering.cli._call import Call
    from peering.cli._routers import Destination, Outcome

_RENDERING = """\
The template is the first of these: main.j2 of --templates; --template; what the document names for the router; main.j2 of
PEERING_TEMPLATES. A folder may have one folder for each driver."""

_APPLYING = """\
Renders, loads, shows what would change, asks, and commits with a timer. Then the BGP sessions of the document that should
be up on that router are waited for (with --exchange: those there, and others that were up before). Once all are up, the
commit is confirmed; if one stays down, the old configuration is put back, and the exit status is 4. If this machine loses
the router meanwhile, the router goes back by itself.

Sessions that were down on the router before are no reason to go back; they are named, and not waited for (--strict does).
Routers are done one after the other, and none is begun after one that failed; --parallel does several at once."""


def add(commands: Commands) -> None:
    """Adds the commands."""
    render = commands.add(
        "render",
        _render,
        summary="render the configuration of routers from the network document",
        story=f"{_RENDERING}\nThe passwords of its sessions are in what is printed.",
        examples="""
peering render --router edge1 --network network.yaml --templates templates/frr
peering render --router edge1 --exchange example-ix
peering render --all --output rendered      one file for each router
peering render --router edge1 --check       look for mistakes in the template only""",
    )
    add_selection(render)
    _add_rendering(render)
    render.add_argument("--output", metavar="FOLDER", type=Path, help="write NAME.conf there, readable for you only")
    render.add_argument("--check", action="store_true", help="do not render; list what looks wrong in the template")
    diff = commands.add(
        "diff",
        _diff,
        summary="show what the configuration would change on routers; change nothing",
        story=f"{_RENDERING}\nSecrets are blacked out in what is shown.",
        examples="""
peering diff --router edge1
peering diff --all --exit-code || echo "there is something to do"
peering diff --router frr://netops@192.0.2.7 --text bgp.conf""",
    )
    add_routers(diff, parallel=8)
    _add_rendering(diff)
    _add_loading(diff)
    diff.add_argument("--exit-code", action="store_true", help="exit with 3 if there is something to change")
    apply = commands.add(
        "apply",
        _apply_,
        summary="change the configuration of routers: confirmed once the sessions are up, else taken back",
        story=f"{_APPLYING}\n\n{_RENDERING}",
        examples="""
peering apply --router edge1
peering apply --all --yes --within 2m
peering apply --router edge1 --exchange example-ix --message "new peers"
peering apply --router edge1 --no-wait --window 10m    then: peering confirm --router edge1""",
    )
    add_routers(apply, parallel=1)
    _add_rendering(apply)
    _add_loading(apply)
    apply.add_argument("-y", "--yes", action="store_true", help="do not ask")
    apply.add_argument(
        "--within", metavar="TIME", type=length, default=length("45"), help="for the sessions (default: 45s)"
    )
    apply.add_argument(
        "--window", metavar="TIME", type=length, help="the router's timer (default: what --within says and 15 seconds)"
    )
    apply.add_argument("--strict", action="store_true", help="wait for sessions that were down before, too")
    apply.add_argument(
        "--peer",
        metavar="ADDRESS",
        action="append",
        dest="peers",
        type=address,
        default=[],
        help="wait for this one only; may be repeated",
    )
    apply.add_argument("--no-wait", action="store_true", help="wait for nothing: leave the commit pending")
    apply.add_argument("--message", metavar="TEXT", help="for the router's commit log")


def _add_rendering(to: argparse.ArgumentParser) -> None:
    group = to.add_argument_group("rendering")
    group.add_argument("--exchange", metavar="SLUG", help="only the sessions at this exchange of the document")
    group.add_argument(
        "--templates",
        metavar="FOLDER",
        type=Path,
        help="templates to use: those in its folder that is named as the driver, if there is one",
    )
    group.add_argument("--template", metavar="NAME", help="the template to render (default: main.j2)")


def _add_loading(to: argparse.ArgumentParser) -> None:
    group = to.add_argument_group("loading")
    group.add_argument("--text", metavar="FILE", type=Path, help="load this file; nothing is rendered")
    group.add_argument("--replace", action="store_true", help="make it the whole configuration, instead of adding it")


def _render(call: Call) -> Answer:
    from peering.cli._rendering import Renderer
    from peering.cli._routers import Outcome, answer, names
    from peering.exceptions import PeeringError

    network = call.network()
    renderer = Renderer(call, network)
    outcomes = []
    for name in names(call, network):
        try:
            if call.arguments.check:
                findings = renderer.check(name)
                for finding in findings:
                    call.output.print(f"{name}: {finding}")
                outcomes.append(Outcome(name, {"findings": [finding.to_dict() for finding in findings]}))
                continue
            text = renderer.render(name)
        except PeeringError as error:
            outcomes.append(Outcome(name, {}, error))
            continue
        outcomes.append(Outcome(name, {"configuration": text}))
        if call.arguments.output is None:
            call.output.raw(text if text.endswith("\n") or not text else text + "\n")
        else:
            path = _write(call.arguments.output, name, text)
            call.output.note(f"{path} is written")
    return answer(call.output, "render", outcomes)


def _write(folder: Path, name: str, text: str) -> Path:
    """A file that only its owner reads: passwords are in it."""
    import os

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace('/', '_')}.conf"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _texts(call: Call, network: Network | None, found: list[Destination]) -> dict[str, str]:
    """What is loaded into each router. All of it is made before anybody is connected to."""
    if call.arguments.text is not None:
        text = call.arguments.text.read_text(encoding="utf-8")
        return {one.name: text for one in found}
    from peering.cli._rendering import Renderer
    from peering.exceptions import OptionsError

    unknown = [one.name for one in found if not one.is_known]
    if unknown or network is None:
        raise OptionsError(f"{unknown[0]} is not in the network document: say with --text what to load")
    renderer = Renderer(call, network)
    return {one.name: renderer.render(one.name) for one in found}


async def stage(call: Call, router: Router, text: str) -> Candidate:
    """A candidate with the text in it."""
    candidate = await router.candidate_async()
    try:
        if call.arguments.replace:
            await candidate.replace_async(text)
        else:
            await candidate.merge_async(text)
    except BaseException:
        await candidate.discard_async()
        raise
    return candidate


def _prepared(call: Call) -> tuple[Network | None, list[Destination], dict[str, str]]:
    from peering.cli._routers import destinations

    arguments = call.arguments
    needs_document = (
        arguments.text is None or arguments.all_routers or any("://" not in name for name in arguments.routers)
    )
    network = call.network() if needs_document else None
    found = destinations(call, network)
    return network, found, _texts(call, network, found)


def _diff(call: Call) -> Answer:
    from peering.cli._exits import EXITS
    from peering.cli._routers import Outcome, answer, connected, each

    _, found, texts = _prepared(call)

    async def diff(destination: Destination) -> Outcome:
        async with await connected(destination) as router:
            candidate = await stage(call, router, texts[destination.name])
            try:
                found = await candidate.diff_async()
            finally:
                await candidate.discard_async()
        return Outcome(destination.name, {"changes": not found.is_empty, "diff": str(found)})

    outcomes = each(call, found, diff)
    for outcome in outcomes:
        show_diff(call, outcome)
    changes = any(outcome.data.get("changes") for outcome in outcomes)
    code = EXITS["changes"].code if changes and call.arguments.exit_code else 0
    return answer(call.output, "diff", outcomes, code=code)


def show_diff(call: Call, outcome: Outcome) -> None:
    """A router's diff, for people."""
    if outcome.error is None and not outcome.data["changes"]:
        call.output.print(f"{outcome.name}: nothing to change")
    elif outcome.error is None:
        call.output.print(f"{outcome.name}:", style="bold")
        call.output.diff(outcome.data["diff"])


def _apply_(call: Call) -> Answer:
    from peering.cli._apply import Rollout

    network, found, texts = _prepared(call)
    return Rollout(call, network, found, texts).run()
