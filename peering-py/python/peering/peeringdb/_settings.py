"""The part of YAML in which settings are written: nested mappings of plain values and lists of such.

Only for where PyYAML is not installed. Whatever else YAML can say is refused.
"""

from __future__ import annotations

import re
from typing import Any

from peering.exceptions import OptionsError

_ENTRY = re.compile(r"""(?P<key>[A-Za-z_][\w.-]*|"[^"\\]*"|'[^']*')\s*:(?:\s+(?P<value>.*))?$""")


def read(text: str) -> dict[str, Any]:
    """The settings in this text."""
    lines = [_Line(number, line) for number, line in enumerate(text.splitlines(), 1)]
    lines = [line for line in lines if line.text and line.text != "---"]
    settings, rest = _mapping(lines, 0)
    if rest:
        raise rest[0].refused()
    return settings


class _Line:
    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = _without_comment(text).strip()
        self.indent = len(text) - len(text.lstrip(" "))

    def refused(self) -> OptionsError:
        """The text is left out: it may be a secret."""
        return OptionsError(f"line {self.number} is more than settings; install PyYAML to have it read")


def _without_comment(text: str) -> str:
    quote = ""
    for index, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "#" and (index == 0 or text[index - 1].isspace()):
            return text[:index]
    return text


def _mapping(lines: list[_Line], indent: int) -> tuple[dict[str, Any], list[_Line]]:
    found: dict[str, Any] = {}
    while lines and lines[0].indent >= indent:
        line, lines = lines[0], lines[1:]
        entry = _ENTRY.match(line.text)
        if entry is None or line.indent != indent:
            raise line.refused()
        key = entry["key"].strip("'\"")
        if entry["value"]:
            found[key] = _value(entry["value"], line)
        elif lines and lines[0].text.startswith("- ") and lines[0].indent >= indent:
            found[key], lines = _items(lines, lines[0].indent)
        elif lines and lines[0].indent > indent:
            found[key], lines = _mapping(lines, lines[0].indent)
        else:
            found[key] = None
    return found, lines


def _items(lines: list[_Line], indent: int) -> tuple[list[Any], list[_Line]]:
    found = []
    while lines and lines[0].indent == indent and lines[0].text.startswith("- "):
        text = lines[0].text[2:].strip()
        if _ENTRY.match(text):
            raise lines[0].refused()
        found.append(_value(text, lines[0]))
        lines = lines[1:]
    return found, lines


def _value(text: str, line: _Line) -> Any:
    if text[0] == "[" and text[-1] == "]" and not set("[]{}\"'") & set(text[1:-1]):
        return [_value(item.strip(), line) for item in text[1:-1].split(",") if item.strip()]
    if text == "{}":
        return {}
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        inner = text[1:-1]
        if text[0] in inner or "\\" in inner:
            raise line.refused()
        return inner
    if text[0] in "&*!|>%@`[]{}'\"" or ": " in text:
        raise line.refused()
    words: dict[str, Any] = {"null": None, "~": None, "true": True, "false": False}
    if text.lower() in words:
        return words[text.lower()]
    return int(text) if re.fullmatch(r"[-+]?(0|[1-9]\d*)", text) else text
