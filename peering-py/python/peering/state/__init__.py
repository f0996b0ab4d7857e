"""What a router says of itself: operational state (RFC 8342), typed and normalised.

A value that a platform does not tell is ``None``, never a made-up number.
"""

from __future__ import annotations

from peering.state.bgp import (
    AdminDown,
    BgpNeighbor,
    BgpState,
    DownReason,
    MaximumPrefixes,
    NeighborFamily,
    Notification,
    OtherReason,
)
from peering.state.facts import Facts, NetworkInstance

__all__ = [
    "AdminDown",
    "BgpNeighbor",
    "BgpState",
    "DownReason",
    "Facts",
    "MaximumPrefixes",
    "NeighborFamily",
    "NetworkInstance",
    "Notification",
    "OtherReason",
]
