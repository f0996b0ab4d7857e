"""``napalm.get_network_driver("frr")``: FRRouting by ``peering``."""

import peering_napalm


class PeeringFrrDriver(peering_napalm.Frr):
    """FRRouting."""
