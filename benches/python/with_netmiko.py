"""Logs in to one router after the other, asks what NAPALM asks for its BGP neighbours, closes; with netmiko."""

from __future__ import annotations

from typing import Any

import measure
from netmiko import ConnectHandler


def all_of_them(platform: str, places: list[dict[str, Any]]) -> measure.Found:
    found = []
    for place in places:
        with ConnectHandler(
            device_type=platform,
            host=place["host"],
            port=place["port"],
            username=measure.USER,
            password=measure.PASSWORD,
        ) as connection:
            answers = [str(connection.send_command(command)) for command in measure.COMMANDS]
        found.append(measure.of_text(answers[0]))
    return found


measure.run(all_of_them)
