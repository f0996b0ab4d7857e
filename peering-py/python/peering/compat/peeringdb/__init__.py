"""peeringdb-py's interface over this library: ``import peering.compat.peeringdb as peeringdb``.

The configuration, the resources, the client with its database, and dictionaries straight from the server. What is not the
same stands in the page "From peeringdb-py".

>>> client = Client({"orm": {"database": {"name": ":memory:"}}})
>>> [net.asn for net in client.all(resource.Network).filter(info_ipv6=True)]
[]
"""

from __future__ import annotations

from peering.compat.peeringdb import client, config, resource
from peering.compat.peeringdb.backend import BackendError, backend_initialized, get_backend
from peering.compat.peeringdb.client import Client, PeeringDB
from peering.compat.peeringdb.objects import FieldError, MultipleObjectsReturned, ObjectDoesNotExist

__all__ = [
    "BackendError",
    "Client",
    "FieldError",
    "MultipleObjectsReturned",
    "ObjectDoesNotExist",
    "PeeringDB",
    "backend_initialized",
    "client",
    "config",
    "get_backend",
    "resource",
]
