"""The drivers of ``peering`` as subclasses of NAPALM's own base class.

NAPALM takes the first subclass that it finds among the names of ``custom_napalm.PLATFORM``, in the order of the alphabet. So those
modules have this one by its name, and none of its classes.
"""

from __future__ import annotations

from typing import Any

import napalm.eos  # type: ignore[import-untyped]
import napalm.ios  # type: ignore[import-untyped]
import napalm.iosxr_netconf  # type: ignore[import-untyped]
import napalm.junos  # type: ignore[import-untyped]
import napalm.nxos  # type: ignore[import-untyped]
import napalm.nxos_ssh  # type: ignore[import-untyped]
from napalm.base import NetworkDriver  # type: ignore[import-untyped]
from napalm.base.helpers import load_template  # type: ignore[import-untyped]
from peering.napalm import (
    Driver,
    EosDriver,
    FrrDriver,
    IosDriver,
    IosxrNetconfDriver,
    JunosDriver,
    NxosDriver,
    NxosSshDriver,
)

__all__ = ["Eos", "Frr", "Ios", "IosxrNetconf", "Junos", "Nxos", "NxosSsh"]


class _Real(Driver, NetworkDriver):  # type: ignore[misc]
    """A driver of ours that NAPALM takes for one of its own. Templates are rendered by NAPALM."""

    def load_template(
        self,
        template_name: str,
        template_source: str | None = None,
        template_path: str | None = None,
        **template_vars: Any,
    ) -> None:
        load_template(
            self, template_name, template_source=template_source, template_path=template_path, **template_vars
        )


def _templates(module: Any) -> type:
    """NAPALM looks for templates beside the module of each base class: this one is said to be of NAPALM's own driver."""
    return type("Templates", (), {"__module__": module.__name__})


class Eos(_Real, EosDriver, _templates(napalm.eos)):  # type: ignore[misc]
    """Arista EOS."""


class Junos(_Real, JunosDriver, _templates(napalm.junos)):  # type: ignore[misc]
    """Juniper Junos."""


class Ios(_Real, IosDriver, _templates(napalm.ios)):  # type: ignore[misc]
    """Cisco IOS and IOS-XE."""


class IosxrNetconf(_Real, IosxrNetconfDriver, _templates(napalm.iosxr_netconf)):  # type: ignore[misc]
    """Cisco IOS-XR over NETCONF."""


class Nxos(_Real, NxosDriver, _templates(napalm.nxos)):  # type: ignore[misc]
    """Cisco NX-OS over NX-API."""


class NxosSsh(_Real, NxosSshDriver, _templates(napalm.nxos_ssh)):  # type: ignore[misc]
    """Cisco NX-OS over its command line."""


class Frr(_Real, FrrDriver):
    """FRRouting."""
