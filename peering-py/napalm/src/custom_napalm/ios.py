"""``napalm.get_network_driver("ios")``: Cisco IOS and IOS-XE by ``peering``."""

import peering_napalm


class PeeringIosDriver(peering_napalm.Ios):
    """Cisco IOS and IOS-XE."""
