"""Logs in to all routers, asks for their BGP neighbours, closes; with nornir's threads (20, its default) and NAPALM."""

from __future__ import annotations

from typing import Any

from nornir import InitNornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.inventory import InventoryPluginRegister
from nornir.core.task import Result, Task
from nornir_napalm.plugins.tasks import napalm_get

import measure

NAMES = {"arista_eos": "eos", "cisco_ios": "ios", "juniper_junos": "junos"}


def neighbors(task: Task) -> Result:
    answer = task.run(task=napalm_get, getters=["bgp_neighbors"])
    task.host.close_connections()
    return Result(host=task.host, result=answer[0].result["bgp_neighbors"])


def all_of_them(platform: str, places: list[dict[str, Any]]) -> measure.Found:
    def host(name: str, place: dict[str, Any]) -> Host:
        options = ConnectionOptions(extras={"optional_args": {"port": place["port"]}})
        return Host(
            name=name,
            hostname=place["host"],
            username=measure.USER,
            password=measure.PASSWORD,
            platform=NAMES[platform],
            connection_options={"napalm": options},
        )

    class Fleet:
        def load(self) -> Inventory:
            hosts = Hosts({str(index): host(str(index), place) for index, place in enumerate(places)})
            return Inventory(hosts=hosts, groups=Groups(), defaults=Defaults())

    InventoryPluginRegister.register("Fleet", Fleet)
    runner = {"plugin": "threaded", "options": {"num_workers": 20}}
    nornir = InitNornir(inventory={"plugin": "Fleet"}, runner=runner, logging={"enabled": False})
    answer = nornir.run(task=neighbors)
    answer.raise_on_error()
    return [measure.of_napalm(answer[str(index)][0].result) for index in range(len(places))]


measure.run(all_of_them)
