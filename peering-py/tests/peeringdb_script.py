"""What programs do with peeringdb-py, in one script: ``python peeringdb_script.py peeringdb`` or ``peering.compat.peeringdb``.

The server is the one of the environment. What it prints is compared between the two.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

name = sys.argv[1]
peeringdb = importlib.import_module(name)
config = importlib.import_module(f"{name}.config")
resource = importlib.import_module(f"{name}.resource")
Client = importlib.import_module(f"{name}.client").Client

seen: dict[str, Any] = {}


def show(what: str, value: Any) -> None:
    if isinstance(value, (list, tuple)):
        seen[what] = [repr(item) for item in value]
    else:
        seen[what] = repr(value)


def fields(found: Any, *names: str) -> dict[str, str]:
    return {name: repr(getattr(found, name)) for name in names}


settings = config.load_config()
show("url", settings["sync"]["url"])
show("resources", [(res.tag, res) for res in resource.all_resources()])
show("by tag", (resource.get_resource("net"), resource.is_resource_tag("net"), resource.is_resource_tag("nets")))
show("initialized", peeringdb.backend_initialized())

pdb = Client(settings)
backend = peeringdb.get_backend()
show("initialized then", peeringdb.backend_initialized())
show("tags", pdb.tags.keys())
show("empty", list(pdb.all(resource.Network)))

pdb.update_all()
for query in pdb.tags.all():
    show(f"count {query.res.tag}", len(query.all()))
    show(f"numbers {query.res.tag}", sorted(found.id for found in query.all()))

net = pdb.get(resource.Network, 7)
seen["net"] = fields(
    net,
    "id",
    "pk",
    "asn",
    "name",
    "irr_as_set",
    "info_ipv6",
    "info_prefixes4",
    "policy_general",
    "status",
    "notes_private",
)
seen["times"] = fields(net, "created", "updated")
show("types", list(net.info_types))
show("same", net == pdb.tags.net.get(7) == backend.get_object(backend.get_concrete(resource.Network), 7))
show("org", (net.org.name, net.org_id, net.org.id))
port = pdb.get(resource.NetworkIXLan, 1)
seen["port"] = fields(
    port, "net_id", "ixlan_id", "net_side_id", "net_side", "asn", "speed", "is_rs_peer", "operational"
)
show("addresses", (str(port.ipaddr4), str(port.ipaddr6), type(port.ipaddr4).__name__))
show("through", (port.net.asn, port.ixlan.ix.name, port.ixlan.mtu))
prefix = pdb.get(resource.InternetExchangeLanPrefix, 1)
show("prefix", (str(prefix.prefix), prefix.protocol, prefix.ixlan_id))
facility = pdb.get(resource.Facility, 5)
show("place", (facility.latitude, facility.longitude, str(facility.country), facility.available_voltage_services))
show("contact", (pdb.get(resource.NetworkContact, 1).email, pdb.get(resource.NetworkContact, 1).net.name))

show("reverse", sorted(found.id for found in net.netixlan_set.all()))
show("reverse filtered", [found.id for found in net.netixlan_set.filter(speed__gte=10000)])
show("exchanges", [found.name for found in net.org.ix_set.order_by("-name")])
show("at a facility", [found.net.asn for found in facility.netfac_set.all()])

nets = pdb.all(resource.Network)
show("filter", [found.id for found in nets.filter(asn=64500)])
show("in", [found.id for found in nets.filter(asn__in=[64500, 64501])])
show("contains", [found.id for found in nets.filter(name__icontains="EXAMPLE")])
show("starts", [found.id for found in nets.filter(name__startswith="Example")])
show("range", [found.id for found in pdb.all(resource.NetworkIXLan).filter(speed__gt=1000, speed__lt=100000)])
show("related", [found.id for found in pdb.all(resource.NetworkIXLan).filter(net=net)])
show("related number", [found.id for found in pdb.all(resource.NetworkIXLan).filter(net_id=8)])
show("related field", sorted(found.id for found in pdb.all(resource.NetworkIXLan).filter(net__asn=64500)))
show("two steps", sorted(found.id for found in pdb.all(resource.NetworkIXLan).filter(ixlan__ix__name="Other IX")))
show("excluded", [found.id for found in nets.exclude(asn=64500)])
show("chained", [found.id for found in nets.filter(info_ipv6=False).filter(asn__gt=1)])
show("ordered", [found.id for found in nets.order_by("-asn")])
show("values", list(nets.order_by("id").values_list("asn", flat=True)))
show("dicts", list(nets.filter(asn=64500).values("asn", "name")))
show("first and last", (nets.order_by("id").first().id, nets.order_by("id").last().id, nets.filter(asn=1).first()))
show("counts", (nets.count(), nets.filter(asn=1).exists(), bool(nets.filter(asn=64500))))
show("one", nets.get(asn=64501).id)
show("slice", [found.id for found in nets.order_by("id")[:1]])
concrete = backend.get_concrete(resource.Network)
show("by", (backend.get_object_by(concrete, "asn", 64500).id, len(backend.get_objects_by(concrete, "info_ipv6", True))))
show("several", sorted(found.id for found in backend.get_objects(concrete, [7])))
show("last change", backend.last_change(concrete))
show("resource", backend.get_resource(concrete))
try:
    pdb.get(resource.Network, 4711)
except backend.object_missing_error(concrete) as error:
    show("missing", str(error))
try:
    nets.get(asn__gt=1)
except concrete.MultipleObjectsReturned as error:
    show("too many", type(error).__name__)

sent = pdb.fetcher.get("net", 8)
show("sent", sorted((key, repr(value)) for key, value in sent.items()))
try:
    pdb.fetcher.get("net", 4711, force_fetch=True)
except ValueError as error:
    show("not sent", str(error))

# The day after: the server has changes.
importlib.import_module("urllib.request").urlopen(f"{settings['sync']['cache_url']}/-/later").close()
pdb.updater.update_one(resource.Network, 7)
show("updated one", pdb.get(resource.Network, 7).name)
show("not the other", pdb.get(resource.Network, 8).name)
again = Client(settings)
again.update_all()
show("updated", again.get(resource.Network, 8).name)
show("deleted", (again.get(resource.NetworkIXLan, 3).status, len(again.all(resource.NetworkIXLan))))
show("new", again.get(resource.NetworkIXLan, 4).speed)

print(json.dumps(seen, indent=1, sort_keys=True))
