"""``napalm.get_network_driver("junos")``: Juniper Junos by ``peering``."""

import peering_napalm


class PeeringJunosDriver(peering_napalm.Junos):
    """Juniper Junos."""
