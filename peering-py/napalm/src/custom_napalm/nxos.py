"""``napalm.get_network_driver("nxos")``: Cisco NX-OS over NX-API by ``peering``."""

import peering_napalm


class PeeringNxosDriver(peering_napalm.Nxos):
    """Cisco NX-OS over NX-API."""
