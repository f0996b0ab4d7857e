"""``doctor``: what is here, for whoever has to find out why something does not work."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peering.cli._arguments import Commands, add_routers
from peering.cli._exits import described
from peering.cli._output import Answer, clean, duration
from peering.cli._settings import VARIABLES, Settings, user_folder

if TYPE_CHECKING:
    from peering.cli._call import Call

#: Packages that something here works together with.
_PACKAGES = ("napalm", "nornir", "nornir-napalm", "peeringdb", "pyarrow", "pandas", "polars")

#: An older cache is worth a warning, in seconds.
_OLD = 7 * 86400


def add(commands: Commands) -> None:
    """Adds the command."""
    doctor = commands.add(
        "doctor",
        _doctor,
        summary="show versions, cache, configuration files, environment, drivers; find what is wrong",
        story="Says of secrets only that they are there. What looks wrong is a warning; the exit status is 0 unless something\n"
        "that was asked for with --online or --router cannot be reached.",
        examples="""
peering doctor
peering doctor --online                 can PeeringDB be reached, is the key good?
peering doctor --router edge1           can the router be reached, may we log in?
peering doctor --json > report.json     for a bug report""",
    )
    doctor.add_argument("--online", action="store_true", help="ask PeeringDB for one record")
    doctor.add_argument("--check", action="store_true", help="read the whole cache, and look whether it is sound")
    add_routers(doctor, parallel=20)


def _doctor(call: Call) -> Answer:
    data: dict[str, Any] = {}
    answer = Answer(data)
    for heading, look in (
        ("versions", _versions),
        ("cache", _cache),
        ("network", _network),
        ("files", _files),
        ("environment", _environment),
        ("packages", _packages),
    ):
        found = look(call)
        data[heading] = found
        call.output.print(heading, style="bold")
        for name, value in found.items():
            call.output.print(f"  {name:<26} {clean(value) if value not in (None, '') else '-'}")
    if call.arguments.online:
        error = _reach(call, data)
        answer = answer._replace(error=error)
    if call.arguments.routers or call.arguments.all_routers:
        from peering.cli._observe import ping

        reached = ping(call)
        data["routers"] = reached.data["routers"]
        answer = answer._replace(error=answer.error or reached.error)
    return answer


def _versions(_: Call) -> dict[str, Any]:
    from peering import __version__, drivers

    return {
        "peering": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "program": sys.executable,
        "drivers": drivers.names(),
    }


def _cache(call: Call) -> dict[str, Any]:
    from peering import Cache
    from peering.exceptions import PeeringError

    path = call.cache_path
    found: dict[str, Any] = {"path": str(path), "exists": path.exists()}
    if not path.exists():
        call.output.warn("there is no PeeringDB cache yet; `peering sync` makes one")
        return found
    try:
        cache = Cache.open_read_only(path)
        statistics = cache.statistics()
        age = statistics.age
        found["synced"] = statistics.synced.isoformat() if statistics.synced is not None else None
        found["age"] = duration(age) if age is not None else None
        found["bytes"] = statistics.bytes
        found["objects"] = statistics.live
        if age is not None and age.total_seconds() > _OLD:
            call.output.warn(f"the PeeringDB cache is {duration(age)} old; `peering sync` brings it up to date")
        if call.arguments.check:
            wrong = cache.check()
            found["sound"] = not wrong
            for line in wrong:
                call.output.warn(f"the PeeringDB cache is damaged: {line}")
    except PeeringError as error:
        found["error"] = described(error)["message"]
        call.output.warn(f"the PeeringDB cache cannot be used: {error}")
    return found


def _network(call: Call) -> dict[str, Any]:
    from peering.exceptions import PeeringError

    path = call.network_path
    found: dict[str, Any] = {"path": str(path) if path is not None else None}
    if path is None:
        return found
    try:
        network = call.network()
    except PeeringError as error:
        found["error"] = described(error)["message"]
        call.output.warn(f"the network document cannot be used: {error}")
        return found
    found["routers"] = len(network.routers)
    found["internet_exchanges"] = len(network.internet_exchanges)
    found["sessions"] = len(network.internet_exchange_sessions) + len(network.direct_sessions)
    return found


def _files(_: Call) -> dict[str, Any]:
    """Which files are there. Their contents are nobody's business."""
    home = Path.home()
    places = {
        "configuration": [str(path) for path in Settings.found()],
        "peeringdb-py": [str(path) for path in sorted((home / ".peeringdb").glob("config.*"))],
        "ssh configuration": home / ".ssh" / "config",
        "known hosts": home / ".ssh" / "known_hosts",
        "hosts trusted by us": user_folder("state") / "known_hosts",
        "certificates trusted by us": user_folder("state") / "known_certificates",
        "pending commits": [path.stem for path in sorted((user_folder("state") / "pending").glob("*.json"))],
    }
    return {
        name: (str(place) if place.exists() else None) if isinstance(place, Path) else place or None
        for name, place in places.items()
    }


def _environment(_: Call) -> dict[str, Any]:
    found = {}
    for variable in VARIABLES:
        value = os.environ.get(variable.name)
        if value is not None:
            # A command for a password may have one in its words.
            is_secret = variable.is_secret or variable.name.endswith("_COMMAND")
            found[variable.name] = "(set)" if is_secret and value else value
    return found


def _packages(_: Call) -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, Any] = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _reach(call: Call, data: dict[str, Any]) -> BaseException | None:
    """Whether PeeringDB answers."""
    from peering.cli._mirror import client
    from peering.exceptions import PeeringError
    from peering.peeringdb import Net
    from peering.peeringdb.config import load_config

    call.output.print("peeringdb", style="bold")
    try:
        server = client(load_config())
        data["peeringdb"] = {"url": server.base_url, "has_key": server.has_key}
        rows = list(server.find(Net, limit=1))
        data["peeringdb"] |= {"reached": bool(rows), "server_version": server.server_version}
    except PeeringError as error:
        data.setdefault("peeringdb", {})["reached"] = False
        call.output.print(f"  {clean(str(error))}")
        return error
    for name, value in data["peeringdb"].items():
        call.output.print(f"  {name:<26} {clean(value)}")
    return None
