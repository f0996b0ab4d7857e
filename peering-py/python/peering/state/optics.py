"""What the light in a transceiver is."""

from __future__ import annotations

from peering._record import Record, record

__all__ = ["Optic", "Reading"]


@record()
class Reading(Record):
    """A measured value: now, and over the time that the router chooses.

    ``None`` is not told; a dark fibre may read minus infinity, which :meth:`to_dict` writes as ``None``.

    >>> Reading(instant=-2.5).average
    """

    #: Now.
    instant: float | None = None
    #: The average.
    average: float | None = None
    #: The least.
    minimum: float | None = None
    #: The most.
    maximum: float | None = None


@record()
class Optic(Record):
    """One lane of a transceiver.

    >>> Optic(interface="Ethernet1", channel=0, input_power=Reading(instant=-2.5)).input_power.instant
    -2.5
    """

    #: The interface.
    interface: str
    #: The lane, from 0.
    channel: int
    #: Power received, in dBm.
    input_power: Reading = Reading()
    #: Power sent, in dBm.
    output_power: Reading = Reading()
    #: The laser's current, in mA.
    laser_bias_current: Reading = Reading()
