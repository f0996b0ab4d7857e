"""NAPALM's interface on this library: the same methods, arguments, data and exceptions, without NAPALM installed.

>>> from peering.napalm import get_network_driver
>>> driver = get_network_driver("eos")
>>> router = driver("192.0.2.1", "netops", "secret", timeout=30, optional_args={"transport": "https"})

``with router:`` connects; then ``router.get_bgp_neighbors()``, ``router.load_merge_candidate(config=…)``,
``router.compare_config()`` and ``router.commit_config(revert_in=300)`` are as in NAPALM. The data are equal to NAPALM's, its habits
included; what is typed, normalised and awaitable is :class:`peering.Router`.

A host key or certificate that is not known is trusted at first, written down and logged, and refused when it changes. For
``napalm.get_network_driver`` itself, and what calls it (Nornir, Salt, Peering Manager), install ``peering-napalm``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peering.napalm import exceptions

if TYPE_CHECKING:
    from peering.napalm._driver import Driver
    from peering.napalm._platforms import (
        EosDriver,
        FrrDriver,
        IosDriver,
        IosxrNetconfDriver,
        JunosDriver,
        NxosDriver,
        NxosSshDriver,
    )
    from peering.napalm.bridge import Bridge

__all__ = [
    "SUPPORTED_DRIVERS",
    "Bridge",
    "Driver",
    "EosDriver",
    "FrrDriver",
    "IosDriver",
    "IosxrNetconfDriver",
    "JunosDriver",
    "NxosDriver",
    "NxosSshDriver",
    "exceptions",
    "get_network_driver",
]

_CLASSES = {
    "arista_eos": "EosDriver",
    "cisco_ios": "IosDriver",
    "cisco_iosxr": "IosxrNetconfDriver",
    "cisco_nxos": "NxosDriver",
    "eos": "EosDriver",
    "frr": "FrrDriver",
    "ios": "IosDriver",
    "iosxr_netconf": "IosxrNetconfDriver",
    "juniper_junos": "JunosDriver",
    "junos": "JunosDriver",
    "nxos": "NxosDriver",
    "nxos_ssh": "NxosSshDriver",
}
#: The names that :func:`get_network_driver` knows: NAPALM's, and this library's own.
SUPPORTED_DRIVERS = tuple(_CLASSES)


def get_network_driver(name: str, prepend: bool = True) -> type[Driver]:
    """The class for a platform, by NAPALM's name of it or by this library's.

    Upper case and hyphens do not matter, and ``napalm.eos`` is ``eos``, as for NAPALM. ``prepend`` means nothing here.

    >>> get_network_driver("EOS") is get_network_driver("napalm.eos")
    True
    """
    if not isinstance(name, str) or not name:
        raise exceptions.made("ModuleImportError", "a driver's name is a text, such as 'eos'")
    plain = name.lower().replace("-", "")
    for prefix in ("custom_napalm.", "napalm.", "napalm_"):
        plain = plain.removeprefix(prefix)
    if plain in _CLASSES:
        from peering.napalm import _platforms

        found: type[Driver] = getattr(_platforms, _CLASSES[plain])
        return found
    known = ", ".join(SUPPORTED_DRIVERS)
    words = f"there is no driver {name!r} here; there are {known}"
    if plain == "iosxr":
        words = f"{name!r} is IOS-XR's XML agent, which is not spoken here: 'iosxr_netconf' is the same routers over NETCONF"
    raise exceptions.made("ModuleImportError", words)


def __getattr__(name: str) -> Any:
    if name == "Bridge":
        from peering.napalm.bridge import Bridge

        return Bridge
    if name == "Driver":
        from peering.napalm._driver import Driver

        return Driver
    if name in _CLASSES.values():
        from peering.napalm import _platforms

        return getattr(_platforms, name)
    raise AttributeError(f"module 'peering.napalm' has no attribute {name!r}")
