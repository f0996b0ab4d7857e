"""``sync`` and ``get``: PeeringDB kept on this machine, and its records."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peering.cli._arguments import Commands, asn, count, length
from peering.cli._output import Answer, Bar, clean

if TYPE_CHECKING:
    from peering import Client
    from peering.cli._call import Call
    from peering.peeringdb import Object, SyncReport
    from peering.peeringdb.config import Config
    from peering.peeringdb.progress import SyncEvent

_TYPES = (
    "org",
    "campus",
    "fac",
    "net",
    "ix",
    "carrier",
    "carrierfac",
    "ixfac",
    "ixlan",
    "ixpfx",
    "netixlan",
    "netfac",
    "poc",
)

#: What a table of a type shows, unless --fields says otherwise. Single objects are shown whole.
_COLUMNS = {
    "net": ("id", "asn", "name", "info_type", "policy_general", "info_prefixes4", "info_prefixes6", "irr_as_set"),
    "ix": ("id", "name", "city", "country", "net_count"),
    "ixlan": ("id", "ix_id", "name", "mtu", "rs_asn"),
    "ixpfx": ("id", "ixlan_id", "protocol", "prefix"),
    "netixlan": ("id", "asn", "ix_id", "ixlan_id", "name", "speed", "ipaddr4", "ipaddr6", "is_rs_peer", "operational"),
    "netfac": ("id", "net_id", "fac_id", "name", "city", "country", "local_asn"),
    "poc": ("id", "net_id", "role", "name", "email", "phone"),
}
#: So many oddities of a source are told one by one.
_NOTES = 10
_USUAL_COLUMNS = ("id", "name", "city", "country")


def add(commands: Commands) -> None:
    """Adds the commands."""
    sync = commands.add(
        "sync",
        _sync,
        summary="fetch PeeringDB into the cache: everything once, then what has changed",
        story="PeeringDB asks to do this once an hour at most. An API key (PEERINGDB_API_KEY, or peeringdb-py's) shows the\n"
        "contacts, too. Where the server does not answer, the cache stays as it was.",
        examples="""
peering sync
peering sync --dump peeringdb-dump       a folder of API answers, NAME.json or NAME.json.gz
peering sync --url https://mirror.example.net --cache mirror.sqlite
peering sync --json --quiet              for cron""",
    )
    source = sync.add_mutually_exclusive_group()
    source.add_argument("--dump", metavar="FOLDER", type=Path, help="load this folder of API answers; ask no server")
    source.add_argument(
        "--url", metavar="URL", help="another server than PeeringDB (default: PDB_SYNC_URL, peeringdb-py's)"
    )
    sync.add_argument("--full", action="store_true", help="compare everything with the server, not only what is newer")
    sync.add_argument("--patience", metavar="TIME", type=length, help="longest wait for another sync of the same cache")
    sync.add_argument("--only", metavar="TYPES", type=_types, help="only these types, such as net,ix,netixlan")

    get = commands.add(
        "get",
        _get,
        summary="print records of PeeringDB from the cache",
        story=f"TYPE is one of {', '.join(_TYPES[:7])},\n{', '.join(_TYPES[7:])}.\n"
        "Filters are those of PeeringDB's API; a comma separates alternatives. One object is printed whole.",
        examples="""
peering get net AS13335
peering get ix 26 --json
peering get net name__contains=example policy_general=Open
peering get netixlan ix_id=26 speed__gte=100000 --fields asn,ipaddr4,ipaddr6
peering get net at_exchange=26 --limit 10
peering get ix --search amsterdam
peering get net AS13335 --online         ask the server, not the cache""",
    )
    get.add_argument("type", metavar="TYPE", choices=_TYPES)
    get.add_argument(
        "what", metavar="ID|ASN|FIELD=VALUE", nargs="*", help="a number of PeeringDB's, an AS number, filters"
    )
    get.add_argument("--search", metavar="TEXT", help="part of one of the names")
    get.add_argument("--fields", metavar="NAMES", help="columns, separated by commas")
    get.add_argument("--limit", metavar="N", type=count, help="so many at most")
    get.add_argument("--deleted", action="store_true", help="what was deleted, too")
    get.add_argument("--online", action="store_true", help="ask the server")


def _types(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in _TYPES:
            raise argparse.ArgumentTypeError(f"{name!r} is no type of PeeringDB; there are {', '.join(_TYPES)}")
    return names


def client(config: Config, url: str | None = None) -> Client:
    """The client, with address and key from the environment and peeringdb-py's configuration."""
    return config.client(**({"base_url": url} if url else {}))


def _sync(call: Call) -> Answer:
    from peering import Cache
    from peering.peeringdb import Reconcile, load_dump, sync
    from peering.peeringdb.config import load_config
    from peering.peeringdb.record import of_type

    arguments = call.arguments
    path = call.cache_path
    path.parent.mkdir(parents=True, exist_ok=True)
    cache = Cache.open(path)
    config = load_config()
    options: dict[str, Any] = {} if arguments.dump is not None else dict(config.sync_options())
    if arguments.only:
        options["kinds"] = [of_type(name) for name in arguments.only]
    if arguments.patience:
        options["patience"] = arguments.patience
    if arguments.full:
        options["reconcile"] = Reconcile.NOW
    with call.output.bar() as bar:
        if bar.is_shown:
            options["progress"] = lambda event: _show(bar, event)
        if arguments.dump is not None:
            report = load_dump(cache, arguments.dump, **options)
        else:
            report = sync(cache, client(config, arguments.url), **options)
    _tell(call, report)
    data = report.to_dict()
    data.update(cache=str(path), rows=report.rows, changes=report.changes, notes=len(report.notes))
    return Answer(data)


def _show(bar: Bar, event: SyncEvent) -> None:
    """A step of a sync."""
    from peering.peeringdb.progress import Applying, Decoded, Fetching, Queued, Waiting

    match event:
        case Waiting(delay=delay):
            bar.show(f"waiting {delay.total_seconds():.0f} s")
        case Queued():
            bar.show("another sync is at work")
        case Fetching(object=kind, bytes=done, total=total):
            bar.show(f"fetching {kind.value}", done, total)
        case Decoded(object=kind, rows=rows):
            bar.show(f"decoding {kind.value}, {rows} rows")
        case Applying(object=kind):
            bar.show(f"writing {kind.value}")


def _tell(call: Call, report: SyncReport) -> None:
    output = call.output
    if report.joined:
        output.print("another sync had just been at work; nothing was fetched")
    output.table(
        ["type", "rows", "new", "changed", "gone"],
        [(row.object.value, row.rows, row.created, row.updated, row.deleted) for row in report.types],
    )
    if report.missing:
        absent = ", ".join(kind.value for kind in report.missing)
        output.warn(f"not in this source: {absent}; what the cache had of them stays")
    for note in report.warnings[:_NOTES]:
        output.warn(f"{note.object.value} {note.id}: {note.rule}")
    if len(report.warnings) > _NOTES:
        output.warn(f"and {len(report.warnings) - _NOTES} more of that kind")


def _get(call: Call) -> Answer:
    from peering.exceptions import NotFoundError
    from peering.peeringdb.config import load_config
    from peering.peeringdb.record import of_type

    arguments = call.arguments
    kind = of_type(arguments.type)
    filters, is_one = _filters(arguments)
    source = client(load_config()) if arguments.online else call.cache()
    found = list(source.find(kind, **filters))
    if is_one and not found:
        raise NotFoundError(
            f"{'PeeringDB' if arguments.online else 'the cache'} has no {arguments.type} {arguments.what[0]}"
        )
    # In the order of PeeringDB's own answers.
    rows = [{name: fields[name] for name in kind.__record_fields__ if name in fields} for fields in map(_fields, found)]
    if is_one and not arguments.fields:
        _show_one(call, rows[0])
    else:
        columns = arguments.fields.split(",") if arguments.fields else _COLUMNS.get(arguments.type, _USUAL_COLUMNS)
        _check_columns(kind, columns)
        call.output.table(columns, [[row.get(name) for name in columns] for row in rows])
    if arguments.fields:
        rows = [{name: row.get(name) for name in arguments.fields.split(",")} for row in rows]
    return Answer({"type": arguments.type, "objects": rows})


def _fields(row: Object) -> dict[str, Any]:
    fields: dict[str, Any] = row.to_dict()
    return fields


def _check_columns(kind: type[Object], columns: Any) -> None:
    from peering.exceptions import OptionsError

    known = kind.__record_fields__
    for name in columns:
        if name not in known:
            raise OptionsError(f"{kind.OBJECT.value} has no field {name!r}; it has {', '.join(sorted(known))}")


def _filters(arguments: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """The keyword arguments of a query, and whether one object was asked for."""
    from peering.exceptions import OptionsError

    filters: dict[str, Any] = {}
    is_one = False
    for word in arguments.what:
        name, is_filter, value = word.partition("=")
        if is_filter:
            values = value.split(",") if "__" not in name or name.endswith("__in") else [value]
            numbers: list[Any] = [int(text) if text.isdigit() else text for text in values]
            filters[name] = numbers if len(numbers) > 1 else numbers[0]
        elif word.isdigit():
            filters["id"], is_one = int(word), True
        elif arguments.type == "net" and word[:2].upper() == "AS" and word[2:3].isdigit():
            try:
                filters["asn"], is_one = asn(word), True
            except argparse.ArgumentTypeError as error:
                raise OptionsError(str(error)) from None
        else:
            raise OptionsError(f"{word!r} is neither a number of PeeringDB's, nor an AS number, nor FIELD=VALUE")
    if arguments.search:
        filters["search"] = arguments.search
    if arguments.limit:
        filters["limit"] = arguments.limit
    if arguments.deleted:
        filters["including_deleted"] = True
    return filters, is_one and len(arguments.what) == 1


def _show_one(call: Call, row: dict[str, Any]) -> None:
    kept = {name: value for name, value in row.items() if value not in (None, "", [], {})}
    widest = max(len(name) for name in kept)
    for name, value in kept.items():
        call.output.print(f"{name:<{widest}}  {clean(value)}")
