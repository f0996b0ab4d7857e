"""Renders the bench templates with Jinja2 itself, on plain Python objects and filters of the same meaning.

Reads a network document (JSON) and prints one JSON line: seconds for preparing the objects, seconds for rendering, the
best of several runs, peak memory in MiB, and a digest of the output. ``templates.rs`` starts it.
"""

import argparse
import hashlib
import ipaddress
import json
import resource
import time
import unicodedata
from collections import defaultdict

import jinja2


class Record:
    """A model: its fields as attributes."""

    def __init__(self, fields):
        self.__dict__.update(fields)


FIELDS = {
    "autonomous_systems": {
        "ipv4_max_prefixes": None, "ipv6_max_prefixes": None, "import_routing_policies": (),
        "export_routing_policies": (), "communities": (),
    },
    "internet_exchange_sessions": {
        "password": None, "passive": False, "is_route_server": False, "service_reference": None,
        "import_routing_policies": (), "export_routing_policies": (), "communities": (),
    },
    "direct_sessions": {
        "password": None, "passive": False, "service_reference": None, "import_routing_policies": (),
        "export_routing_policies": (), "communities": (),
    },
    "internet_exchanges": {"import_routing_policies": (), "export_routing_policies": (), "communities": ()},
    "bgp_groups": {"import_routing_policies": (), "export_routing_policies": (), "communities": ()},
    "routing_policies": {"weight": 0, "address_family": 0},
    "routers": {"communities": ()},
}


class Network:
    """The document's rows as objects that refer to each other."""

    def __init__(self, document):
        def rows(name):
            return [Record({**FIELDS.get(name, {}), **row}) for row in document.get(name, ())]

        self.systems = {row.asn: row for row in rows("autonomous_systems")}
        self.exchanges = {row.slug: row for row in rows("internet_exchanges")}
        self.groups = {row.slug: row for row in rows("bgp_groups")}
        self.policies = {row.slug: row for row in rows("routing_policies")}
        self.communities = {row.slug: row for row in rows("communities")}
        self.relationships = {row.slug: row for row in rows("relationships")}
        self.routers = {row.name: row for row in rows("routers")}
        self.connections = {}
        self.connections_of = defaultdict(list)
        for row in rows("connections"):
            row.internet_exchange_point = self.exchanges[row.internet_exchange]
            for family in (4, 6):
                setattr(row, f"ipv{family}_address", ipaddress.ip_interface(getattr(row, f"ipv{family}_address")))
            self.connections[row.name] = row
            self.connections_of[row.router].append(row)
            row.router = self.routers[row.router]
        for row in (*self.systems.values(), *self.exchanges.values(), *self.groups.values()):
            self.link(row)
        self.sessions_of = defaultdict(list)
        for row in rows("internet_exchange_sessions"):
            row.autonomous_system = self.systems[row.autonomous_system]
            row.ixp_connection = self.connections[row.connection]
            row.above = row.ixp_connection.internet_exchange_point
            row.router = row.ixp_connection.router
            row.ip_address = ipaddress.ip_address(row.ip_address)
            row.enabled = row.status == "enabled"
            self.link(row)
            self.sessions_of[row.router.name].append(row)
        self.direct_of = defaultdict(list)
        for row in rows("direct_sessions"):
            row.autonomous_system = self.systems[row.autonomous_system]
            row.above = self.groups[row.bgp_group]
            row.relationship = self.relationships[row.relationship]
            row.router = self.routers[row.router]
            row.ip_address = ipaddress.ip_interface(row.ip_address)
            row.local_ip_address = ipaddress.ip_interface(row.local_ip_address)
            row.enabled = row.status == "enabled"
            self.link(row)
            self.direct_of[row.router.name].append(row)
        for name, sessions in self.sessions_of.items():
            ranks = {id(row): rank for rank, row in enumerate(
                sorted(self.connections_of[name], key=lambda row: row.internet_exchange_point.name))}
            sessions.sort(key=lambda row: (
                row.autonomous_system.asn, ranks[id(row.ixp_connection)], row.ip_address.version, row.ip_address))
        for sessions in self.direct_of.values():
            sessions.sort(key=lambda row: (row.autonomous_system.asn, row.ip_address))

    def link(self, row):
        def ordered(slugs):
            return sorted((self.policies[slug] for slug in slugs), key=lambda policy: (-policy.weight, policy.name))

        row.import_policies = ordered(row.import_routing_policies)
        row.export_policies = ordered(row.export_routing_policies)
        row.own_communities = sorted((self.communities[slug] for slug in row.communities), key=lambda c: (c.value, c.name))

    def context(self, name):
        router = self.routers[name]
        exchanges = {row.internet_exchange_point.name: row.internet_exchange_point for row in self.connections_of[name]}
        router.sessions, router.direct = self.sessions_of[name], self.direct_of[name]
        return {
            "router": router,
            "local_as": self.systems[router.local_autonomous_system],
            "internet_exchange_points": [exchanges[key] for key in sorted(exchanges)],
        }


def ixp_sessions(router, family=0, ixp=None):
    return [
        row for row in router.sessions
        if (not family or row.ip_address.version == family) and (ixp is None or row.above is ixp)
    ]


def merged(attribute):
    def merge(session):
        version = session.ip_address.version
        policies = [p for p in getattr(session, attribute) if p.address_family in (0, version)]
        for level in (session.autonomous_system, session.above):
            for policy in getattr(level, attribute):
                if policy not in policies and policy.address_family in (0, version):
                    policies.append(policy)
        return policies

    return merge


def merge_communities(session):
    found = []
    for level in (session, session.autonomous_system, session.above):
        found.extend(c for c in level.own_communities if c not in found)
    return found


def ip(value):
    address = getattr(value, "ip_address", value)
    return str(getattr(address, "ip", address))


def max_prefix(session):
    return getattr(session.autonomous_system, f"ipv{session.ip_address.version}_max_prefixes")


FILTERS = {
    "ixp_sessions": ixp_sessions,
    "direct_sessions": lambda router: router.direct,
    "ip": ip,
    "ip_version": lambda session: session.ip_address.version,
    "max_prefix": max_prefix,
    "local_ips": lambda session: getattr(session.ixp_connection, f"ipv{session.ip_address.version}_address"),
    "safe_string": lambda text: unicodedata.normalize("NFKD", text).encode("ASCII", "ignore").decode(),
    "iterate": lambda items, field: (getattr(item, field, None) for item in items),
    "iter_import_policies": lambda row, field: [getattr(policy, field) for policy in row.import_policies],
    "iter_export_policies": lambda row, field: [getattr(policy, field) for policy in row.export_policies],
    "merge_import_policies": merged("import_policies"),
    "merge_export_policies": merged("export_policies"),
    "merge_communities": merge_communities,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    parser.add_argument("template")
    parser.add_argument("runs", type=int)
    arguments = parser.parse_args()
    with open(arguments.document) as file:
        text = file.read()
    with open(arguments.template) as file:
        source = file.read()
    environment = jinja2.Environment()
    environment.filters.update(FILTERS)
    template = environment.from_string(source)
    best = None
    for _ in range(arguments.runs):
        document = json.loads(text)
        started = time.perf_counter()
        network = Network(document)
        contexts = [network.context(name) for name in network.routers]
        prepared = time.perf_counter()
        outputs = [template.render(context) for context in contexts]
        ended = time.perf_counter()
        if best is None or ended - started < best[0] + best[1]:
            best = (prepared - started, ended - prepared)
    print(json.dumps({
        "prepare": best[0],
        "render": best[1],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bytes": sum(len(output.encode()) for output in outputs),
        "digest": hashlib.sha256("\0".join(outputs).encode()).hexdigest(),
    }))


if __name__ == "__main__":
    main()
