"""Passwords in the forms in which routers store them: Junos ``$9$``, Cisco type 7, Arista type 7.

These hide a password from somebody who looks over a shoulder. Who has the text has the password: all three are reversible
without a secret, so their output is a :class:`~peering.Secret` as the password itself is.

The same password and key always give the same text, so that a configuration rendered with it can be compared with the one
that runs. Both type 7 forms begin with ``7 ``, as in the line of a configuration; to decrypt, it may be there or not.
"""

from __future__ import annotations

from enum import Enum

from peering import _native
from peering._compat import Compat
from peering._record import Address
from peering._secret import Secret

__all__ = ["Compat", "PasswordAlgorithm", "encrypt_cisco_with_seed"]


def _exposed(text: Secret | str) -> str:
    return text.expose() if isinstance(text, Secret) else text


class PasswordAlgorithm(Enum):
    """How a platform hides passwords in its configuration.

    A password is printable ASCII: 1 to 126 characters for Junos, 1 to 80 for the others. The key is the peer's address, as
    the router writes it, without a prefix length: with another one EOS reads another password.

    >>> algorithm = PasswordAlgorithm.ARISTA_TYPE7
    >>> hidden = algorithm.encrypt("swordfish", "2001:db8:6939::1")
    >>> hidden
    Secret(…)
    >>> hidden.expose()
    '7 1f2k70WMa17KyMEW72GaNg=='
    >>> algorithm.decrypt(hidden, "2001:db8:6939::1").expose()
    'swordfish'
    >>> algorithm.is_encrypted(hidden), algorithm.is_encrypted("swordfish")
    (True, False)
    """

    #: Arista EOS, type 7: DES with the neighbour's address as the key.
    ARISTA_TYPE7 = "arista-type7"
    #: Cisco IOS, IOS-XE, IOS-XR and NX-OS, type 7: XOR with a fixed text.
    CISCO_TYPE7 = "cisco-type7"
    #: Juniper Junos, ``$9$``: a sequence of differences in a fixed alphabet.
    JUNIPER_TYPE9 = "juniper-type9"

    @classmethod
    def of_driver(cls, driver: str) -> PasswordAlgorithm | None:
        """The algorithm of the platform that a driver talks to, by our names and NAPALM's; ``None`` for a platform that shows
        passwords in clear or in a form of its own.
        """
        name = _native.password_algorithm_of_driver(driver)
        return None if name is None else cls(name)

    def encrypt(self, password: Secret | str, key: Address | str) -> Secret:
        """Hides a password, always in the same way for the same key.

        Raises :class:`~peering.exceptions.OptionsError` for an empty key, and for a password that the platform cannot
        hide; the message says why, never the password.
        """
        return Secret(_native.encrypt_password(self.value, _exposed(password), str(key)))

    def decrypt(self, encrypted: Secret | str, key: Address | str = "") -> Secret:
        """The password that a text hides. Only Arista's needs the key.

        Raises :class:`~peering.exceptions.ParseError` if the text is not what :meth:`encrypt` or a router would write with
        this key. The message does not quote it.
        """
        return Secret(_native.decrypt_password(self.value, _exposed(encrypted), str(key)))

    def is_encrypted(self, text: Secret | str) -> bool:
        """Whether a text has this form: what follows ``$9$`` or ``7 `` is complete and hides a password.

        Without its prefix a type 7 text is not recognised: it could be somebody's password in clear.
        """
        return _native.is_encrypted_password(self.value, _exposed(text))


def encrypt_cisco_with_seed(password: Secret | str, seed: int, compat: Compat = Compat.STRICT) -> Secret:
    """Hides a password as Cisco does, with a seed (0 to 15) of one's own.

    The seed is written with two decimal digits, as routers do; Peering Manager writes it in hexadecimal.

    >>> encrypt_cisco_with_seed("cisco", 8).expose()
    '7 0822455D0A16'
    """
    if not 0 <= seed <= 255:
        from peering.exceptions import OptionsError

        raise OptionsError(f"the seed {seed} is not in 0 to 15")
    return Secret(_native.encrypt_cisco_with_seed(_exposed(password), seed, compat))
