"""Who may use the router: users, and SNMP communities. Both are secrets in parts."""

from __future__ import annotations

from peering._record import Record, record
from peering._secret import Secret

__all__ = ["Snmp", "SnmpCommunity", "User"]


@record()
class User(Record):
    """A local user.

    >>> User(name="netops", level=15, password="$6$salt$hash")
    User(name='netops', level=15, password=Secret(…), ssh_keys=())
    """

    #: The name.
    name: str
    #: The privilege level, 0 to 15 (Cisco's scale); 20 is Junos's root.
    level: int
    #: The password, as the router stores it: hashed, mostly.
    password: Secret | None = None
    #: The SSH keys, in OpenSSH's format.
    ssh_keys: tuple[str, ...] = ()


@record()
class SnmpCommunity(Record):
    """A community: its name is the password.

    >>> SnmpCommunity(name="public", may_write=False).to_dict()
    {'access_list': None, 'may_write': False, 'name': '<redacted>'}
    """

    #: The name.
    name: Secret
    #: Whether it may write.
    may_write: bool
    #: The access list that says from where.
    access_list: str | None = None


@record()
class Snmp(Record):
    """Simple network management (RFC 3411).

    >>> Snmp(location="rack 4").location
    'rack 4'
    """

    #: The name or serial number of the chassis.
    chassis_id: str | None = None
    #: Whom to ask.
    contact: str | None = None
    #: Where it stands.
    location: str | None = None
    #: The communities, in the router's order.
    communities: tuple[SnmpCommunity, ...] = ()
