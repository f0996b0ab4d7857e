"""``napalm.get_network_driver("nxos_ssh")``: Cisco NX-OS over its command line by ``peering``."""

import peering_napalm


class PeeringNxosSshDriver(peering_napalm.NxosSsh):
    """Cisco NX-OS over its command line."""
