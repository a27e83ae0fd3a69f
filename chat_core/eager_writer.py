"""Sends the frames of an outbox at once, without a task switch while the connection takes them.

The writer starts each send where the frame is put into the outbox. Usually the connection takes the
frame and the send ends there. A send that has to wait goes on in the writer's task, and later
frames wait in the outbox with its bounds, in order. So a slow reader delays nobody.

Python 3.12 has this as tasks with an eager start. On Python 3.11 the first step of a send runs in
the task of another member. So `send` must not use what belongs to a task, such as a timeout.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Final

from chat_core.outbox import Outbox

Send = Callable[[str | bytes], Coroutine[Any, Any, None]]
"""Sends one frame; raises an exception if the connection is closed."""

_ENDED: Final = object()


class EagerWriter:
    """The only writer of one connection; it belongs to one event loop."""

    def __init__(self, outbox: Outbox, send: Send) -> None:
        self._outbox = outbox
        self._send = send
        self._interrupted: asyncio.Future[Awaitable[None]] | None = None
        """Gets the first send that has to wait."""

    async def run(self) -> None:
        """Send until a send fails; then raise its exception."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                while self._outbox.waiting:
                    await self._send(await self._outbox.take())
                self._interrupted = loop.create_future()
                self._outbox.direct = self._write
                await (await self._interrupted)
        finally:
            self._outbox.direct = None

    def _write(self, data: str | bytes) -> None:
        """Start to send a frame; if the send has to wait, the writer's task goes on with it."""
        try:
            waiting = first_step(self._send(data))
        except Exception as exc:
            self._interrupt(failed(exc))
        else:
            if waiting is not None:
                self._interrupt(waiting)

    def _interrupt(self, waiting: Awaitable[None]) -> None:
        self._outbox.direct = None
        if self._interrupted is not None and not self._interrupted.done():
            self._interrupted.set_result(waiting)


if sys.version_info >= (3, 12):

    def first_step(send: Coroutine[Any, Any, None]) -> Awaitable[None] | None:
        """Run a coroutine up to its first wait. Returns None if it ended, else its rest."""
        task = asyncio.eager_task_factory(asyncio.get_running_loop(), send)
        if not task.done():
            return task
        task.result()
        return None

else:

    def first_step(send: Coroutine[Any, Any, None]) -> Awaitable[None] | None:
        """Run a coroutine up to its first wait. Returns None if it ended, else its rest."""
        waits_for = next(send.__await__(), _ENDED)
        return None if waits_for is _ENDED else _Rest(send, waits_for)


class _Rest:
    """The rest of a coroutine that waits for a future."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        while True:
            step: Callable[[Any], Any]
            argument: Any
            try:
                argument = yield waits_for
            except BaseException as exc:
                step, argument = self._coroutine.throw, exc
            else:
                step = self._coroutine.send
            try:
                waits_for = step(argument)
            except StopIteration:
                return


async def failed(exc: Exception) -> None:
    """Raise this."""
    raise exc
