"""The two families of addresses."""

from __future__ import annotations

from enum import Enum

from peering._record import Address, Interface, Prefix

__all__ = ["Family"]


class Family(Enum):
    """A family of addresses, by its version number.

    >>> from ipaddress import ip_address
    >>> Family.of(ip_address("2001:db8::1"))
    <Family.IPV6: 6>
    """

    #: IPv4.
    IPV4 = 4
    #: IPv6.
    IPV6 = 6

    @classmethod
    def of(cls, address: Address | Prefix | Interface) -> Family:
        """That of an address or prefix."""
        return cls(address.version)
