"""Coroutines side by side, of which the first one that fails ends all.

An `asyncio.TaskGroup` can lose a cancellation that comes in the step in which a child fails (seen
on Python 3.11.7): a loop that goes on after errors would then never end.
"""

import asyncio
from collections.abc import Coroutine
from typing import NoReturn


async def stop_tasks(*tasks: "asyncio.Task[None] | None") -> None:
    """Cancel tasks, and wait until they have ended; None is no task."""
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def run_until_one_fails(*coroutines: Coroutine[object, object, NoReturn]) -> NoReturn:
    """Run coroutines that never return.

    Raises the error of the first one that fails; ConnectionError if a library cancelled it.
    """
    tasks = [asyncio.create_task(each) for each in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        failed = next(task for task in tasks if task.done())
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if failed.cancelled():  # by a library, not by us
        raise ConnectionError("it was broken off")
    failed.result()
    raise AssertionError("a coroutine returned that never returns")
