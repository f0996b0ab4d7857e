"""States and families, with the values that documents and templates use."""

from __future__ import annotations

from enum import Enum

__all__ = ["SessionStatus", "Status"]


class Status(Enum):
    """Whether an exchange, a connection or a router is in use.

    >>> Status("pre-maintenance").is_maintenance
    True
    """

    #: In use.
    ENABLED = "enabled"
    #: Traffic is about to be moved away.
    PRE_MAINTENANCE = "pre-maintenance"
    #: Work is going on.
    MAINTENANCE = "maintenance"
    #: Traffic is about to come back.
    POST_MAINTENANCE = "post-maintenance"
    #: Not in use.
    DISABLED = "disabled"

    @property
    def is_maintenance(self) -> bool:
        """Whether traffic is kept away for work: before, during and after it."""
        return self in (Status.PRE_MAINTENANCE, Status.MAINTENANCE, Status.POST_MAINTENANCE)


class SessionStatus(Enum):
    """Where a BGP session stands in its life, as planned; what it does on the router is a
    BgpState.

    >>> SessionStatus("enabled") is SessionStatus.ENABLED
    True
    """

    #: Asked for, not agreed.
    REQUESTED = "requested"
    #: Agreed, being set up.
    PROVISIONING = "provisioning"
    #: In use.
    ENABLED = "enabled"
    #: Traffic is about to be moved away.
    PRE_MAINTENANCE = "pre-maintenance"
    #: Work is going on.
    MAINTENANCE = "maintenance"
    #: Traffic is about to come back.
    POST_MAINTENANCE = "post-maintenance"
    #: Not in use.
    DISABLED = "disabled"
    #: Being taken down.
    DECOMMISSIONING = "decommissioning"
    #: Taken down.
    DECOMMISSIONED = "decommissioned"

    @property
    def is_in_use(self) -> bool:
        """Whether the session is meant to exchange routes: in use, also in maintenance, when it is drained and not shut."""
        return self.value in ("enabled", "pre-maintenance", "maintenance", "post-maintenance")
