"""Inventories from networks, and networks from inventories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from peering.model import Network, Platform, Router, Tag

if TYPE_CHECKING:
    from nornir.core.inventory import Inventory


class PeeringInventory:
    """The inventory plugin ``PeeringInventory``: the routers of a network document.

    ``InitNornir(inventory={"plugin": "PeeringInventory", "options": {"network": "network.yaml"}})``

    Disabled routers are left out. Each tag is a group. A document has no credentials: give them here, or set them on
    ``nr.inventory.defaults``.

    >>> from peering import Network
    >>> PeeringInventory(Network(), username="netops").load().defaults.username
    'netops'
    """

    def __init__(
        self,
        network: str | Path | Network = "network.yaml",
        username: str | None = None,
        password: str | None = None,
    ) -> None:
        self._network = network
        self._username = username
        self._password = password

    def load(self) -> Inventory:
        """Reads the document; Nornir calls it."""
        network = self._network if isinstance(self._network, Network) else Network.load(self._network)
        inventory = inventory_from(network)
        inventory.defaults.username = self._username
        inventory.defaults.password = self._password
        return inventory


def inventory_from(network: Network) -> Inventory:
    """The routers of a network as a Nornir inventory.

    >>> network = Network(
    ...     platforms=[Platform(name="Arista EOS", driver="arista_eos")],
    ...     routers=[Router(name="r1", hostname="192.0.2.1", platform="Arista EOS", local_context_data={"site": "ams"})],
    ... )
    >>> host = inventory_from(network).hosts["r1"]
    >>> host.platform, host["site"]
    ('arista_eos', 'ams')
    """
    from nornir.core.inventory import Defaults, Group, Groups, Host, Hosts, Inventory, ParentGroups

    drivers = {platform.name: platform.driver for platform in network.platforms}
    routers = [router for router in network.routers if router.is_usable]
    defaults = Defaults()
    names = sorted({tag for router in routers for tag in router.tags})
    groups = Groups({name: Group(name=name, defaults=defaults) for name in names})
    hosts = Hosts()
    for router in routers:
        hosts[router.name] = Host(
            name=router.name,
            hostname=router.hostname,
            platform=drivers.get(router.platform or "", router.platform),
            groups=ParentGroups([groups[tag] for tag in router.tags]),
            data={"status": router.status.value, "description": router.description, **router.local_context_data},
            defaults=defaults,
        )
    return Inventory(hosts=hosts, groups=groups, defaults=defaults)


def network_from(inventory: Inventory) -> Network:
    """The hosts of a Nornir inventory as a network: routers, what they run, and a tag for each group. Their credentials stay
    where they are; the data of a host, of its groups and of the defaults are its context.

    >>> network = network_from(inventory_from(Network(routers=[Router(name="r1", hostname="192.0.2.1", platform="frr")])))
    >>> network.routers[0].hostname, network.platforms[0].driver
    ('192.0.2.1', 'frr')
    """
    from peering.model import Status

    known = {status.value: status for status in Status}
    routers, platforms, tags = [], {}, {}
    for host in inventory.hosts.values():
        data = dict(host.extended_data())
        status, description = known.get(str(data.get("status"))), data.pop("description", "")
        if status is not None:
            del data["status"]
        groups = [group.name for group in host.groups]
        routers.append(
            Router(
                name=host.name,
                hostname=host.hostname or host.name,
                platform=host.platform,
                status=status or Status.ENABLED,
                description=str(description),
                tags=tuple(groups),
                local_context_data=data,
            )
        )
        if host.platform:
            platforms[host.platform] = Platform(name=host.platform, driver=host.platform)
        tags.update({name: Tag(slug=name, name=name) for name in groups})
    return Network(routers=tuple(routers), platforms=tuple(platforms.values()), tags=tuple(tags.values()))
