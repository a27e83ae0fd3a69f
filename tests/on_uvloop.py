"""Tests that are coroutines, on the event loop of the programs that they test."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final

import uvloop

_PATIENCE_S: Final = 30.0


def on_uvloop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that runs the coroutine, and fails with TimeoutError if it does not end."""

    async def bounded() -> None:
        async with asyncio.timeout(_PATIENCE_S):
            await test()

    @wraps(test)
    def run() -> None:
        uvloop.run(bounded())

    return run
