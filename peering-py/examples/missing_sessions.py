"""Who could peer with us, by PeeringDB: our exchanges are taken over, and the sessions that are missing are planned."""

from __future__ import annotations

from peering import Cache, Discovery, Network
from peering.discovery import Filter, PeerPort
from peering.peeringdb import ObjectType, load_dump

#: What a mirror holds; `peering.peeringdb.sync` fills one from the server.
DUMP: dict[ObjectType | str, bytes] = {
    "net": b"""{"data": [
        {"id": 1, "asn": 64500, "name": "Ours"},
        {"id": 2, "asn": 64501, "name": "Content", "policy_general": "Open", "info_prefixes4": 20},
        {"id": 3, "asn": 64502, "name": "Backbone", "policy_general": "Restrictive"}]}""",
    "ix": b'{"data": [{"id": 1, "name": "Example IX"}]}',
    "ixlan": b'{"data": [{"id": 1, "ix_id": 1}]}',
    "ixpfx": b'{"data": [{"id": 1, "ixlan_id": 1, "protocol": "IPv4", "prefix": "192.0.2.0/24"}]}',
    "netixlan": b"""{"data": [
        {"id": 1, "net_id": 1, "ix_id": 1, "ixlan_id": 1, "asn": 64500, "ipaddr4": "192.0.2.1", "operational": true},
        {"id": 2, "net_id": 2, "ix_id": 1, "ixlan_id": 1, "asn": 64501, "ipaddr4": "192.0.2.2", "operational": true},
        {"id": 3, "net_id": 3, "ix_id": 1, "ixlan_id": 1, "asn": 64502, "ipaddr4": "192.0.2.3", "operational": true}]}""",
}


def main() -> None:
    cache = Cache.in_memory()
    load_dump(cache, DUMP)
    discovery = Discovery(cache)

    network, report = discovery.imported(Network(), 64500)
    print("new:", *report.exchanges_added, *report.connections_added)

    for exchange, peers in discovery.available_everywhere(network, 64500, Filter(policies=("Open",))):
        for peer in peers:
            print(f"{exchange.name}: {peer.name}, AS{peer.asn}")
        network = PeerPort.add_all(peers, network)

    network.validate()
    for session in network.internet_exchange_sessions:
        print(f"{session.ip_address}: at most {network.max_prefixes(session)} prefixes")
    print(network.to_yaml())


if __name__ == "__main__":
    main()
