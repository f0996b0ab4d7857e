"""``napalm.get_network_driver("iosxr_netconf")``: Cisco IOS-XR over NETCONF by ``peering``."""

import peering_napalm


class PeeringIosxrNetconfDriver(peering_napalm.IosxrNetconf):
    """Cisco IOS-XR over NETCONF."""
