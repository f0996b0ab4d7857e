"""Fans, temperatures, power supplies, processors, memory."""

from __future__ import annotations

from peering._record import Record, record

__all__ = ["Environment", "Fan", "Memory", "PowerSupply", "Processor", "Temperature"]


@record()
class Fan(Record):
    """A fan.

    >>> Fan(name="1/1", is_ok=True).is_ok
    True
    """

    #: Its name.
    name: str
    #: Whether it works.
    is_ok: bool


@record()
class Temperature(Record):
    """A temperature sensor.

    >>> Temperature(name="CPU", celsius=41.5).is_alert
    False
    """

    #: Its name.
    name: str
    #: Degrees Celsius.
    celsius: float | None = None
    #: Whether it is above the first threshold.
    is_alert: bool = False
    #: Whether it is above the last one.
    is_critical: bool = False


@record()
class PowerSupply(Record):
    """A power supply.

    >>> PowerSupply(name="1", is_ok=True, capacity=500.0).output
    """

    #: Its name.
    name: str
    #: Whether it works.
    is_ok: bool
    #: What it can give, in watts.
    capacity: float | None = None
    #: What it gives, in watts.
    output: float | None = None


@record()
class Memory(Record):
    """The memory of the control plane.

    >>> memory = Memory(total=8_000_000_000, used=2_000_000_000)
    >>> memory.used / memory.total
    0.25
    """

    #: All of it, in bytes.
    total: int
    #: What is in use, in bytes.
    used: int


@record()
class Processor(Record):
    """A processor.

    >>> Processor(name="0", usage=12.5).usage
    12.5
    """

    #: Its name or number.
    name: str
    #: Its use, in per cent.
    usage: float
    #: The memory beside it, where each has its own (a router with two routing engines).
    memory: Memory | None = None


@record()
class Environment(Record):
    """How a router's hardware is.

    >>> environment = Environment(fans=[Fan(name="1/1", is_ok=False)])
    >>> [fan.name for fan in environment.fans if not fan.is_ok]
    ['1/1']
    """

    #: The fans.
    fans: tuple[Fan, ...] = ()
    #: The temperature sensors.
    temperatures: tuple[Temperature, ...] = ()
    #: The power supplies.
    power_supplies: tuple[PowerSupply, ...] = ()
    #: The processors.
    processors: tuple[Processor, ...] = ()
    #: The memory of the control plane.
    memory: Memory | None = None
