"""The event loop for drivers that are written with ``async def``: one thread for each process, begun at the first need."""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

_lock = threading.Lock()
_current: tuple[int, asyncio.AbstractEventLoop] | None = None


def start(awaitable: Awaitable[Any], done: Callable[[Any, BaseException | None], object]) -> Callable[[], object]:
    """Awaits something on the loop; ``done(value, error)`` is called there at its end. Calling what is returned cancels it."""
    import asyncio

    async def run() -> Any:
        return await awaitable

    def settle(finished: Any) -> None:
        if finished.cancelled():
            done(None, asyncio.CancelledError())
        elif (error := finished.exception()) is not None:
            done(None, error)
        else:
            done(finished.result(), None)

    future = asyncio.run_coroutine_threadsafe(run(), _loop())
    future.add_done_callback(settle)
    return future.cancel


def _loop() -> asyncio.AbstractEventLoop:
    global _current
    with _lock:
        if _current is None or _current[0] != os.getpid():
            import asyncio

            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="peering-drivers", daemon=True).start()
            _current = (os.getpid(), loop)
        return _current[1]


def _forked() -> None:
    # The lock may have been held by a thread that the child does not have.
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forked)
