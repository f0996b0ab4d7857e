"""How BGP sessions are: the gate between a commit and its confirmation."""

from __future__ import annotations

from peering._record import Address, Record, record
from peering.state import BgpNeighbor, BgpState, DownReason

__all__ = ["Health", "SessionDown"]


@record()
class SessionDown(Record):
    """A session that did not come up.

    >>> print(SessionDown(address="192.0.2.1", state="idle", reason="admin-down"))
    192.0.2.1 is idle: administratively down
    """

    #: The peer's address.
    address: Address
    #: Its state; ``None`` when the router has no such neighbour.
    state: BgpState | None = None
    #: Why, where the router tells.
    reason: DownReason | None = None

    def __str__(self) -> str:
        if self.state is None:
            return f"{self.address} is not configured on the router"
        return f"{self.address} is {self.state.value}" + (f": {self.reason}" if self.reason else "")


@record()
class Health(Record):
    """The sessions that were waited for, as last seen.

    >>> Health(down=[SessionDown(address="192.0.2.1")]).is_healthy
    False
    """

    #: Those that are established.
    established: tuple[BgpNeighbor, ...] = ()
    #: Those that are not.
    down: tuple[SessionDown, ...] = ()

    @property
    def is_healthy(self) -> bool:
        """Whether every session is established."""
        return not self.down
