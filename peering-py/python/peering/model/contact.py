"""People to write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peering import _native
from peering._record import Record, record, shape_of

if TYPE_CHECKING:
    from peering.peeringdb import Poc

__all__ = ["Contact"]


@record(brief=True)
class Contact(Record):
    """Somebody to write to about a network or an exchange, in one role.

    >>> noc = Contact(role="Technical", name="NOC", email="noc@example.net")
    >>> noc.is_reachable, noc.has_role("technical")
    (True, True)
    """

    #: What they are there for, e.g. ``Technical`` or ``Policy``.
    role: str
    #: Their name.
    name: str
    #: Their e-mail address.
    email: str | None = None
    #: Their telephone number.
    phone: str | None = None
    #: Their postal address.
    address: str | None = None
    #: What the operator has to say about them.
    description: str = ""
    #: Longer notes of the operator's.
    comments: str = ""

    @staticmethod
    def from_record(record: Poc) -> Contact:
        """A contact as PeeringDB describes it; strangers wrote all of it."""
        contact: Contact = _native.contact_from_record(record, shape_of(Contact))
        return contact

    @property
    def is_reachable(self) -> bool:
        """Whether they can be written to: their address is one word with an ``@`` in it."""
        return _native.contact_is_reachable(self)

    def has_role(self, role: str) -> bool:
        """Whether this is their role; case does not matter."""
        return self.role.lower() == role.lower()
