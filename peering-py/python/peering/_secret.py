"""Passwords and keys that never print."""

from __future__ import annotations

__all__ = ["Secret"]


class Secret:
    """A password, passphrase or API key: it does not show itself in ``repr``, ``str`` or a format.

    A pickle of it, or of what holds it, has the secret in clear: guard it as you guard the password.

    >>> password = Secret("hunter2")
    >>> password
    Secret(…)
    >>> password.expose()
    'hunter2'
    >>> password == Secret("hunter2")
    True
    """

    __slots__ = ("__secret__",)
    __secret__: str

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError("a secret is made of text")
        object.__setattr__(self, "__secret__", text)

    def expose(self) -> str:
        """The secret itself. Every use of this word is a place to look at."""
        return self.__secret__

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a secret does not change")

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__secret__ == other.__secret__

    def __hash__(self) -> int:
        return hash((Secret, self.__secret__))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (self.__secret__,)
