"""Many callers, one task: what they ask for while it runs is done together by the next one."""

import asyncio
from collections.abc import Awaitable, Callable


class Coalescing:
    """Runs `work`, at most one at a time; a run serves all calls that came before it began."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Wait for the end of a run that begins after this call; raises what `work` raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._run_after(self._running))
        await asyncio.shield(self._next)  # a cancelled caller does not end it for the others

    async def _run_after(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        self._running, self._next = self._next, None
        await self._work()
