"""A simulated peering LAN: routers that speak their own protocols on the loopback interface, and members to peer with.

For tests and demonstrations. Any client may connect, ours or another (NAPALM, netmiko, ncclient); nothing leaves this machine.

>>> from peering.sim import Fabric, JunosRouter, Member, Port, User
>>> fabric = Fabric()
>>> member = fabric.add_member(Member(asn=64505, expects=64501, addresses=["192.0.2.5"]))
>>> router = JunosRouter(
...     name="r1",
...     local_as=64501,
...     ports=[Port(name="ge-0/0/0", addresses=["192.0.2.1/24"])],
...     users=[User(name="netops", password="secret")],
... )
>>> with router.start(fabric) as r1:
...     r1.host, "host-name r1;" in r1.running_config
('127.0.0.1', True)
"""

from __future__ import annotations

from peering.sim.fabric import Fabric, Member, MemberId
from peering.sim.fault import (
    AtCommand,
    AtConnect,
    AtReload,
    AtSave,
    AtStep,
    AtTimer,
    Delay,
    DropAfter,
    DropBefore,
    Fail,
    Fault,
    FaultKind,
    FaultPoint,
    Garbage,
    Late,
    Stall,
    Step,
)
from peering.sim.router import (
    EosRouter,
    FrrRouter,
    IosRouter,
    JunosRouter,
    Login,
    NxosRouter,
    Port,
    User,
    XrRouter,
)
from peering.sim.running import JunosSession, Request, RunningEos, RunningFrr, RunningJunos, RunningRouter, Typed
from peering.sim.running_cisco import RunningIos, RunningNxos, RunningXr

__all__ = [
    "AtCommand",
    "AtConnect",
    "AtReload",
    "AtSave",
    "AtStep",
    "AtTimer",
    "Delay",
    "DropAfter",
    "DropBefore",
    "EosRouter",
    "Fabric",
    "Fail",
    "Fault",
    "FaultKind",
    "FaultPoint",
    "FrrRouter",
    "Garbage",
    "IosRouter",
    "JunosRouter",
    "JunosSession",
    "Late",
    "Login",
    "Member",
    "MemberId",
    "NxosRouter",
    "Port",
    "Request",
    "RunningEos",
    "RunningFrr",
    "RunningIos",
    "RunningJunos",
    "RunningNxos",
    "RunningRouter",
    "RunningXr",
    "Stall",
    "Step",
    "Typed",
    "User",
    "XrRouter",
]
