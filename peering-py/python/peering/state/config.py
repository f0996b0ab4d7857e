"""Which configuration to read, and how."""

from __future__ import annotations

from enum import Enum

from peering._record import Record, record

__all__ = ["ConfigFormat", "ConfigQuery", "ConfigSource"]


class ConfigSource(Enum):
    """Which configuration (RFC 8342).

    >>> ConfigSource("startup") is ConfigSource.STARTUP
    True
    """

    #: What is in force.
    RUNNING = "running"
    #: What is being prepared.
    CANDIDATE = "candidate"
    #: What a restart brings.
    STARTUP = "startup"


class ConfigFormat(Enum):
    """In which form.

    >>> ConfigFormat("set") is ConfigFormat.SET
    True
    """

    #: The platform's own text.
    TEXT = "text"
    #: Set commands (Junos, VyOS, SR Linux).
    SET = "set"
    #: XML.
    XML = "xml"
    #: JSON.
    JSON = "json"


@record()
class ConfigQuery(Record):
    """Which configuration to read, and how.

    >>> ConfigQuery(format=ConfigFormat.SET, sanitized=True).source
    <ConfigSource.RUNNING: 'running'>
    """

    #: Which one.
    source: ConfigSource = ConfigSource.RUNNING
    #: In which form.
    format: ConfigFormat = ConfigFormat.TEXT
    #: Whether with every default spelled out.
    full: bool = False
    #: Whether secrets are blacked out.
    sanitized: bool = False
