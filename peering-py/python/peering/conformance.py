"""What a driver promises, one function per sentence: for authors of drivers. Not covered by semantic versioning.

Describe a device that may be changed at will as a :class:`Subject`, and check every promise, one after the other::

    @pytest.mark.parametrize("promise", peering.conformance.promises())
    def test_promise(promise):
        peering.conformance.check(MySubject(), promise)

A capability that the session does not claim is not skipped: the operation must then fail with
:class:`~peering.exceptions.UnsupportedError`. Every promise leaves the device as it found it, unless it fails.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peering import _native
from peering._operation import finish
from peering._record import Record, record

if TYPE_CHECKING:
    from peering.driver import Driver
    from peering.target import Target

__all__ = ["Change", "Subject", "Violation", "check", "check_async", "promises"]


class Violation(AssertionError):
    """A promise that was not kept.

    >>> issubclass(Violation, AssertionError)
    True
    """


@record()
class Change(Record):
    """A change that may be made and unmade.

    >>> Change(apply="set location x", remove="delete location", marker="location x").secret
    """

    #: Merged, it makes the change.
    apply: str
    #: Merged, it takes the change away again.
    remove: str
    #: Stands in the running configuration when, and only when, the change is in force.
    marker: str
    #: A password within ``apply``: it must reach the device and never be shown.
    secret: str | None = None


class Subject(ABC):
    """A device to test a driver on.

    >>> Subject.window
    datetime.timedelta(seconds=4)
    """

    #: The driver under test.
    driver: Driver | Any
    #: The device, with credentials that are let in.
    target: Target
    #: The same device with a password that is not let in.
    wrong_password: Target
    #: A place on this machine where nobody listens.
    nobody: Target
    #: The change to make.
    change: Change
    #: A text that the device refuses, with a good line before and after the bad one.
    refused: str
    #: An operational command that answers, and one that the device does not know.
    commands: tuple[str, str]
    #: The confirm window to test with.
    window: timedelta = timedelta(seconds=4)
    #: How long after a deadline the device may need to be back.
    grace: timedelta = timedelta(seconds=20)

    @abstractmethod
    def replacement(self, running: str) -> str:
        """The whole configuration ``running``, with the change in force."""

    @abstractmethod
    def meddle(self) -> None:
        """Changes the running configuration behind the driver's back, visibly."""

    @abstractmethod
    def mend(self) -> None:
        """Takes that change away again."""


def promises() -> list[str]:
    """The names of the promises, in the order in which a newcomer should keep them.

    >>> promises()[:2]
    ['session_claims_within_driver', 'wrong_password_is_auth']
    """
    return _native.promises()


def check(subject: Subject, promise: str) -> None:
    """Checks one promise; raises :class:`Violation` with what was not kept.

    >>> check(Subject, "world_peace")
    Traceback (most recent call last):
    peering.exceptions.OptionsError: invalid option: no promise is called "world_peace"
    """
    _verdict(promise, _native.check_promise(subject, promise).wait())


async def check_async(subject: Subject, promise: str) -> None:
    """As :func:`check`, awaited.

    >>> import asyncio
    >>> asyncio.run(check_async(Subject, "world_peace"))
    Traceback (most recent call last):
    peering.exceptions.OptionsError: invalid option: no promise is called "world_peace"
    """
    _verdict(promise, await finish(_native.check_promise(subject, promise)))


def _verdict(promise: str, violation: str | None) -> None:
    if violation is not None:
        raise Violation(f"{promise}: {violation}")
