"""``napalm.get_network_driver("eos")``: Arista EOS by ``peering``."""

import peering_napalm


class PeeringEosDriver(peering_napalm.Eos):
    """Arista EOS."""
