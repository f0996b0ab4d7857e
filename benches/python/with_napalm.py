"""Logs in to one router after the other, asks for its BGP neighbours, closes; with NAPALM."""

from __future__ import annotations

from typing import Any

from napalm import get_network_driver

import measure

NAMES = {"arista_eos": "eos", "cisco_ios": "ios", "juniper_junos": "junos"}


def all_of_them(platform: str, places: list[dict[str, Any]]) -> measure.Found:
    found = []
    for place in places:
        kind = get_network_driver(NAMES[platform])
        driver = kind(place["host"], measure.USER, measure.PASSWORD, optional_args={"port": place["port"]})
        driver.open()
        found.append(measure.of_napalm(driver.get_bgp_neighbors()))
        driver.close()
    return found


measure.run(all_of_them)
