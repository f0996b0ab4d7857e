"""Awaiting an operation of the compiled half in asyncio. The plain twin is ``operation.wait()``."""

from __future__ import annotations

from typing import Any

from peering._native import Operation


async def finish(operation: Operation) -> Any:
    """Runs an operation and awaits its value. Cancelling the task that awaits it drops the work in Rust."""
    import asyncio

    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(value: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)

    def done(value: Any, error: BaseException | None) -> None:
        try:
            loop.call_soon_threadsafe(settle, value, error)
        except RuntimeError:
            pass  # the loop was closed meanwhile: nobody waits any more

    task = operation.start(done)
    try:
        return await future
    finally:
        # Cancelled, or thrown away with its loop; after the end it does nothing.
        task.cancel()
