"""Logs in to one router after the other, asks what NAPALM asks for its BGP neighbours, closes; with scrapli's command line."""

from __future__ import annotations

from typing import Any

import measure
from scrapli import AuthOptions, Cli


def all_of_them(platform: str, places: list[dict[str, Any]]) -> measure.Found:
    found = []
    for place in places:
        connection = Cli(
            host=place["host"],
            port=place["port"],
            definition_file_or_name="cisco_iosxe",
            auth_options=AuthOptions(username=measure.USER, password=measure.PASSWORD),
        )
        with connection:
            answers = [connection.send_input(command).result for command in measure.COMMANDS]
        found.append(measure.of_text(answers[0]))
    return found


measure.run(all_of_them)
