"""``exchanges``, ``peers`` and ``missing``: whom we could peer with, from the cache and the network document."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from peering.cli._arguments import Commands, asn, count
from peering.cli._output import Answer

if TYPE_CHECKING:
    from peering import Network
    from peering.cli._call import Call
    from peering.discovery import Discovery, Filter, PeerPort
    from peering.model import InternetExchange


def add(commands: Commands) -> None:
    """Adds the commands."""
    exchanges = commands.add(
        "exchanges",
        _exchanges,
        summary="where a network is: its ports at exchanges",
        story="With --import its exchanges and ports become ours, in the network document: what is there already stays, and is\n"
        "linked to PeeringDB's records. On which router a port is, is for you to write there.",
        examples="""
peering exchanges AS13335
peering exchanges AS64500 --with AS13335              only where both are
peering exchanges AS64500 --import --network network.yaml""",
    )
    exchanges.add_argument("asn", metavar="ASN", type=asn)
    exchanges.add_argument(
        "--with", dest="other", metavar="ASN", type=asn, help="only exchanges where this one is, too"
    )
    exchanges.add_argument(
        "--import", dest="imports", action="store_true", help="add them to the network document as ours"
    )

    peers = commands.add(
        "peers",
        _peers,
        summary="who could peer with us at our exchanges: sessions that could be, and are not",
        story="Our exchanges, ports and sessions are those of the network document; without one, those that PeeringDB knows of\n"
        "the network that --as names. EXCHANGE is a slug of the document, PeeringDB's number of the LAN, or a name.",
        examples="""
peering peers                                         at all exchanges of the document
peering peers example-ix --policy open --rs no
peering peers 26 --as AS64500 --type Content --json
peering peers example-ix --asn AS64501 --add          their sessions into the document""",
    )
    _add_ours(peers)
    peers.add_argument("exchange", metavar="EXCHANGE", nargs="?")
    peers.add_argument(
        "--asn",
        metavar="ASN",
        action="append",
        type=asn,
        dest="asns",
        default=[],
        help="only this one; may be repeated",
    )
    peers.add_argument("--limit", metavar="N", type=count, help="so many at most, at each exchange")
    _add_filters(peers)

    missing = commands.add(
        "missing",
        _missing,
        summary="which sessions with a network are missing, at all exchanges that we share",
        examples="""
peering missing AS13335
peering missing AS13335 --json --network network.yaml
peering missing AS13335 --add                         into the document""",
    )
    missing.add_argument("asn", metavar="ASN", type=asn)
    _add_ours(missing)


def _add_ours(to: argparse.ArgumentParser) -> None:
    to.add_argument("--as", dest="ours", metavar="ASN", type=asn, help="our network (default: the document's own)")
    to.add_argument("--add", dest="adds", action="store_true", help="add the sessions to the network document")


def _add_filters(to: argparse.ArgumentParser) -> None:
    group = to.add_argument_group("what they must be like (values as PeeringDB writes them; may be repeated)")
    for name, field, example in (
        ("--policy", "policies", "Open"),
        ("--locations", "location_policies", "Preferred"),
        ("--contracts", "contract_policies", "Not Required"),
        ("--scope", "scopes", "Europe"),
        ("--type", "types", "Content"),
        ("--traffic", "traffic", "1-5Tbps"),
    ):
        group.add_argument(
            name, dest=field, metavar="VALUE", action="append", default=[], help=f"for example {example!r}"
        )
    for name, field, about in (
        ("--ratio", "ratio_required", "whether they ask for a balance of traffic"),
        ("--rs", "route_server_member", "whether the port peers with the route servers"),
        ("--bfd", "bfd", "whether they speak BFD there"),
        ("--operational", "operational", "whether the port passes traffic (default: only those that do)"),
    ):
        group.add_argument(name, dest=field, choices=("yes", "no"), help=about)
    group.add_argument(
        "--hidden", dest="include_hidden", action="store_true", help="those that the document hides, too"
    )


def _filter(arguments: argparse.Namespace) -> Filter:
    from peering.discovery import Filter
    from peering.peeringdb.record import ContractPolicy, LocationPolicy, NetType, PeeringPolicy, Scope, Traffic

    answers = {"yes": True, "no": False, None: None}
    return Filter(
        policies=_words(PeeringPolicy, arguments.policies),
        location_policies=_words(LocationPolicy, arguments.location_policies),
        contract_policies=_words(ContractPolicy, arguments.contract_policies),
        scopes=_words(Scope, arguments.scopes),
        types=_words(NetType, arguments.types),
        traffic=_words(Traffic, arguments.traffic),
        ratio_required=answers[arguments.ratio_required],
        route_server_member=answers[arguments.route_server_member],
        bfd=answers[arguments.bfd],
        operational=answers[arguments.operational],
        include_hidden=arguments.include_hidden,
    )


def _words(kind: Any, given: Iterable[str]) -> tuple[Any, ...]:
    """PeeringDB's words, however they are written. One that it does not have would find nobody, and say nothing."""
    from peering.exceptions import OptionsError

    known = {member.value.lower(): member for member in kind}
    found = []
    for word in given:
        if word.lower() not in known:
            raise OptionsError(
                f"{word!r} is none of {', '.join(repr(member.value) for member in kind if member.value)}"
            )
        found.append(known[word.lower()])
    return tuple(found)


def _exchanges(call: Call) -> Answer:
    from peering.discovery import Discovery
    from peering.exceptions import NotFoundError

    arguments = call.arguments
    discovery = Discovery(call.cache())
    ports = list(discovery.ports_of(arguments.asn))
    if arguments.other is not None:
        shared = discovery.peering_lans_of(arguments.other)
        ports = [port for port in ports if port.ixlan_id in shared]
    if not ports and arguments.other is None and discovery.network(arguments.asn) is None:
        raise NotFoundError(f"the cache knows no network AS{arguments.asn}")
    call.output.table(
        ["LAN", "exchange", "Mbit/s", "IPv4", "IPv6", "route servers", "operational"],
        [
            (port.ixlan_id, port.name, port.speed, port.ipaddr4, port.ipaddr6, port.is_rs_peer, port.operational)
            for port in ports
        ],
    )
    data: dict[str, Any] = {"asn": arguments.asn, "ports": [port.to_dict() for port in ports]}
    if arguments.imports:
        network, report = discovery.imported(call.network(make=True), arguments.asn)
        for note in report.notes:
            call.output.warn(str(note))
        call.output.note(
            f"{len(report.exchanges_added)} exchanges and {len(report.connections_added)} connections are new, "
            f"{len(report.connections_linked)} connections are linked"
        )
        if report.changed:
            call.save(network)
        data["import"] = report.to_dict()
    return Answer(data)


def _ours(call: Call, discovery: Discovery) -> tuple[Network, list[int]]:
    """The network document, and which networks in it are ours. Without a document, what PeeringDB knows of one."""
    from peering import Network
    from peering.exceptions import NotFoundError, OptionsError

    ours = call.arguments.ours
    path = call.network_path
    if ours is not None and (path is None or (call.arguments.network is None and not path.exists())):
        if call.arguments.adds:
            raise OptionsError("--add needs a network document: --network")
        network, report = discovery.imported(Network(), ours)
        if not network.connections:
            raise NotFoundError(f"the cache knows no port of AS{ours}")
        for note in report.notes:
            call.output.warn(str(note))
        return network, [ours]
    network = call.network()
    if ours is not None:
        return network, [ours]
    found = {row.local_autonomous_system for row in network.internet_exchanges}
    return network, sorted(number for number in found if number is not None)


def _at(network: Network, what: str) -> InternetExchange:
    """The exchange of the document that somebody means."""
    from peering.exceptions import NotFoundError, OptionsError

    rows = network.internet_exchanges
    for fits in (
        [row for row in rows if row.slug == what],
        [row for row in rows if what.isdigit() and row.peeringdb_ixlan == int(what)],
        [row for row in rows if row.name.lower() == what.lower()],
    ):
        if len(fits) > 1:
            raise OptionsError(f"several exchanges are called {what!r}: {', '.join(row.slug for row in fits)}")
        if fits:
            return fits[0]
    known = ", ".join(row.slug for row in rows) or "none"
    raise NotFoundError(f"the network has no exchange {what!r}; it has {known}")


def _peers(call: Call) -> Answer:
    from peering.discovery import Discovery

    arguments = call.arguments
    discovery = Discovery(call.cache())
    network, ours = _ours(call, discovery)
    wanted = _filter(arguments)
    found: list[tuple[InternetExchange, Sequence[PeerPort]]] = []
    if arguments.exchange is not None:
        exchange = _at(network, arguments.exchange)
        found.append((exchange, discovery.available(network, exchange.slug, wanted)))
    else:
        for number in ours:
            found += [(row.exchange, row.peers) for row in discovery.available_everywhere(network, number, wanted)]
    if arguments.asns:
        found = [(exchange, [peer for peer in peers if peer.asn in arguments.asns]) for exchange, peers in found]
    if arguments.limit is not None:
        found = [(exchange, peers[: arguments.limit]) for exchange, peers in found]
    call.output.table(
        ["exchange", *_HEADINGS],
        [(exchange.slug, *_cells(peer)) for exchange, peers in found for peer in peers],
    )
    _add(call, network, [peer for _, peers in found for peer in peers])
    data = [{"exchange": exchange.slug, "peers": [_peer(peer) for peer in peers]} for exchange, peers in found]
    return Answer({"exchanges": data})


def _missing(call: Call) -> Answer:
    from peering.discovery import Discovery

    theirs = call.arguments.asn
    discovery = Discovery(call.cache())
    network, ours = _ours(call, discovery)
    peers = [peer for number in ours for peer in discovery.missing(network, number, theirs)]
    slugs = {row.name: row.internet_exchange for row in network.connections}
    call.output.table(
        ["exchange", "connection", "address", "route server"],
        [
            (slugs.get(session.connection), session.connection, session.ip_address, session.is_route_server)
            for peer in peers
            for session in peer.sessions
        ],
    )
    _add(call, network, peers)
    return Answer({"asn": theirs, "peers": [_peer(peer) for peer in peers]})


_HEADINGS = ["AS", "name", "policy", "type", "IPv4", "IPv6", "route servers", "addresses"]


def _cells(peer: PeerPort) -> list[Any]:
    network = peer.network
    return [
        peer.asn,
        peer.name,
        _word(network.policy_general) if network else None,
        _word(network.info_type) if network else None,
        network.info_prefixes4 if network else None,
        network.info_prefixes6 if network else None,
        peer.port.is_rs_peer,
        list(dict.fromkeys(str(session.ip_address) for session in peer.sessions)),
    ]


def _word(value: Any) -> Any:
    return getattr(value, "value", value)


def _peer(peer: PeerPort) -> dict[str, Any]:
    return {
        "asn": peer.asn,
        "name": peer.name,
        "port": peer.port.to_dict(),
        "network": peer.network.to_dict() if peer.network is not None else None,
        "sessions": [session.to_dict() for session in peer.sessions],
    }


def _add(call: Call, network: Network, peers: Sequence[PeerPort]) -> None:
    if not call.arguments.adds:
        return
    from peering.discovery import PeerPort

    added = PeerPort.add_all(peers, network)
    sessions = len(added.internet_exchange_sessions) - len(network.internet_exchange_sessions)
    call.output.note(f"{sessions} sessions are added")
    if sessions:
        call.save(added)
