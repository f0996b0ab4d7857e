"""A device in memory, and drivers for it written in Python: one with plain methods, one with `async def`."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from peering import Target
from peering.driver import Answer, Capabilities, CommitOptions, Driver, LoadMode, Read, Session
from peering.exceptions import AuthError, ClosedError, ConnectError, LockedError, NotFoundError, RejectedError
from peering.pending import Pending, Token
from peering.state import BgpNeighbor, BgpState, Exact, Facts, Interface, InterfaceAddresses, Route, RouteQuery

READS = (
    Read.FACTS,
    Read.INTERFACES,
    Read.INTERFACE_ADDRESSES,
    Read.BGP_NEIGHBORS,
    Read.ROUTES,
    Read.RUNNING_CONFIG,
    Read.COMMAND,
)
OFFERS = Capabilities(
    reads=READS,
    merge=True,
    replace=True,
    validate=True,
    commit=True,
    commit_confirmed=True,
    minimum_window=timedelta(seconds=1),
    window_step=timedelta(seconds=1),
)


@dataclass
class Device:
    """Its configuration is a set of lines; `no X` takes line X away, `bad…` is refused."""

    lines: list[str] = field(default_factory=lambda: ["hostname lamp", "interface lo"])
    password: str = "right"
    holder: str | None = None
    pending: tuple[str, datetime, list[str]] | None = None
    sessions: int = 0
    #: How often two calls were in at once, which must never be.
    overlaps: int = 0
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    lock: threading.RLock = field(default_factory=threading.RLock)

    def settle(self) -> None:
        """The timer."""
        with self.lock:
            if self.pending is not None and datetime.now(timezone.utc) >= self.pending[1]:
                self.lines = self.pending[2]
                self.pending = self.holder = None

    def text(self) -> str:
        self.settle()
        return "".join(f"{line}\n" for line in self.lines)


def laid_over(lines: list[str], mode: LoadMode, text: str) -> list[str]:
    found = list(lines) if mode is LoadMode.MERGE else []
    for line in text.splitlines():
        if line.startswith("bad"):
            raise RejectedError(f"unknown: {line}")
        if line.startswith("no "):
            found = [one for one in found if one != line[3:]]
        elif line and line not in found:
            found.append(line)
    return found


class LampDriver(Driver):
    """With plain methods."""

    name = "lamp"

    def __init__(self, device: Device) -> None:
        self.device = device

    def capabilities(self) -> Capabilities:
        return OFFERS

    def connect(self, target: Target) -> Answer[Session]:
        return self.session(target)

    def session(self, target: Target) -> LampSession:
        if target.port == 9:
            raise ConnectError("nobody listens")
        password = target.credentials.password
        if password is None or password.expose() != self.device.password:
            raise AuthError(f"not let in with {password.expose() if password else None}")
        self.device.sessions += 1
        return LampSession(self.device)


class LampSession(Session):
    def __init__(self, device: Device) -> None:
        self.device = device
        self.me = f"netops (session {next(device.numbers)})"
        self.before: list[str] | None = None
        self.candidate: list[str] | None = None
        self.is_open = True
        self.inside = 0

    def exchange(self) -> None:
        """Takes its time, and notices who else is in."""
        self.inside += 1
        self.device.overlaps += self.inside > 1
        time.sleep(0.003)
        self.inside -= 1
        if not self.is_open:
            raise ClosedError("the session has ended")

    def capabilities(self) -> Capabilities:
        return OFFERS

    def facts(self) -> Answer[Facts]:
        self.exchange()
        return Facts(vendor="Lamps", os_version="1", hostname="lamp", interfaces=("lo",))

    def interfaces(self) -> list[Interface]:
        return [Interface(name="lo", is_enabled=True, is_up=True)]

    def interface_addresses(self) -> list[InterfaceAddresses]:
        return [InterfaceAddresses(interface="lo", addresses=(IPv4Interface("192.0.2.9/32"),))]

    def bgp_neighbors(self) -> Answer[list[BgpNeighbor]]:
        peer = BgpNeighbor(
            address=IPv4Address("192.0.2.1"), remote_as=64501, local_as=64500, state=BgpState.ESTABLISHED
        )
        return [peer.replace(uptime=timedelta(seconds=5))]

    def routes(self, query: RouteQuery) -> list[Route]:
        known = Route(
            prefix=IPv4Network("192.0.2.0/24"), protocol="static", is_best=True, next_hops=(IPv4Address("192.0.2.1"),)
        )
        match = query.matching
        fits = match.value == known.prefix if isinstance(match, Exact) else match.value in known.prefix
        return [known] if fits else []

    def running_config(self) -> Answer[str]:
        self.exchange()
        return self.device.text()

    def command(self, command: str) -> str:
        if command != "show":
            raise RejectedError("no such command")
        return "a lamp"

    def open_candidate(self) -> None:
        device = self.device
        with device.lock:
            device.settle()
            if device.holder not in (None, self.me) or device.pending:
                raise LockedError(f"held by {device.holder}")
            device.holder = self.me
            self.before = list(device.lines)
            self.candidate = list(device.lines)

    def stage(self, mode: LoadMode, text: str) -> Answer[None]:
        assert self.candidate is not None
        self.candidate = laid_over(self.candidate, mode, text)
        return None

    def validate(self) -> None:
        self.exchange()

    def diff(self) -> str:
        old, new = self.device.lines, self.candidate or []
        gone = [f"- {line}\n" for line in old if line not in new]
        return "".join(gone + [f"+ {line}\n" for line in new if line not in old])

    def commit(self, options: CommitOptions) -> Answer[Pending | None]:
        device = self.device
        with device.lock:
            assert self.candidate is not None
            if device.lines != self.before:
                raise RejectedError("the configuration has moved")
            old, device.lines = device.lines, self.candidate
            self.candidate = None
            if options.window is None:
                device.holder = None
                return None
            name = str(next(device.numbers))
            device.pending = (name, datetime.now(timezone.utc) + options.window, old)
            return self.pending()

    def pending(self) -> Pending | None:
        self.device.settle()
        if self.device.pending is None:
            return None
        name, deadline, _ = self.device.pending
        return Pending(token=Token(platform="", host="", id=name), deadline=deadline, holder=self.device.holder or "?")

    def _end(self, token: Token) -> list[str]:
        with self.device.lock:
            self.device.settle()
            if self.device.pending is None or self.device.pending[0] != token.id:
                raise NotFoundError("it is not pending any more")
            old = self.device.pending[2]
            self.device.pending = self.device.holder = None
            return old

    def confirm(self, token: Token) -> None:
        self._end(token)

    def revert(self, token: Token) -> None:
        self.device.lines = self._end(token)

    def discard(self) -> None:
        self.candidate = None
        if self.device.holder == self.me and self.device.pending is None:
            self.device.holder = None

    def check(self) -> None:
        self.exchange()

    def close(self) -> Answer[None]:
        self.discard()
        if self.is_open:
            self.device.sessions -= 1
        self.is_open = False
        return None


class AsyncLampDriver(LampDriver):
    """With `async def` where it counts, and plain methods where nothing is waited for."""

    name = "async_lamp"

    async def connect(self, target: Target) -> Session:
        await asyncio.sleep(0.003)
        plain = self.session(target)
        return AsyncLampSession(plain.device)


class AsyncLampSession(LampSession):
    async def pause(self) -> None:
        self.inside += 1
        self.device.overlaps += self.inside > 1
        await asyncio.sleep(0.003)
        self.inside -= 1

    async def facts(self) -> Facts:
        await self.pause()
        return Facts(vendor="Lamps", os_version="1", hostname="lamp", interfaces=("lo",))

    async def running_config(self) -> str:
        await self.pause()
        return self.device.text()

    async def stage(self, mode: LoadMode, text: str) -> None:
        await self.pause()
        super().stage(mode, text)

    async def commit(self, options: CommitOptions) -> Pending | None:
        await self.pause()
        done: Any = super().commit(options)
        return done  # type: ignore[no-any-return]

    async def close(self) -> None:
        await asyncio.sleep(0)
        super().close()
