"""Routers of ours in Nornir: a connection plugin, tasks, and inventories both ways.

Nornir finds the connection ``peering`` and the inventory plugin ``PeeringInventory`` by itself once both packages are installed::

    nr = InitNornir(inventory={"plugin": "SimpleInventory", "options": {"host_file": "hosts.yaml"}})
    nr.run(task=bgp_neighbors)
    nr.run(task=configure, text="…", window=timedelta(minutes=5))

A host's ``platform`` names the driver: ours (``arista_eos``), NAPALM's word for it (``eos``), or ``napalm:NAME`` for a driver of
NAPALM's through :class:`peering.napalm.Bridge`. Everything else that a :class:`~peering.target.Target` has stands in the
``extras`` of the connection options, and with it the driver's options in ``driver``; Nornir's groups and defaults apply::

    connection_options:
      peering:
        extras:
          host_key: known
          timeouts: {read: 60}
          driver: {transport: http}

>>> from peering import Network
>>> from peering.model import Router
>>> inventory = inventory_from(Network(routers=[Router(name="r1", hostname="192.0.2.1", tags=["core"])]))
>>> inventory.hosts["r1"].hostname, list(inventory.groups)
('192.0.2.1', ['core'])
"""

from __future__ import annotations

from peering.nornir._connection import CONNECTION_NAME, Peering, router
from peering.nornir._inventory import PeeringInventory, inventory_from, network_from
from peering.nornir._tasks import bgp_neighbors, configure, facts

__all__ = [
    "CONNECTION_NAME",
    "Peering",
    "PeeringInventory",
    "bgp_neighbors",
    "configure",
    "facts",
    "inventory_from",
    "network_from",
    "router",
]
