"""Connects Locust's greenlets to the data plane's event loop, which runs in a separate thread.

Under gevent every thread that Python starts is a greenlet. The data plane needs a real thread, so
it is started by the original function, which gevent keeps. Results return through an async watcher
of the hub, the only object of gevent that another thread may use.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import gevent
import uvloop
from gevent import monkey
from gevent.event import AsyncResult

from bench.load.plane import Plane

SWITCH_INTERVAL_S = 0.0005
"""The longest time in seconds that greenlets may hold the interpreter lock."""

T = TypeVar("T")
Work = Callable[[Plane], Coroutine[Any, Any, T]]


class Bridge:
    """A data plane in a real thread, used by the greenlets of one hub."""

    def __init__(self) -> None:
        self._finished: deque[tuple[Any, Any, BaseException | None]] = deque()
        self._watcher = gevent.get_hub().loop.async_()
        self._watcher.start(self._hand_over)
        self._closed = False
        ready: Any = AsyncResult()
        ended: Any = AsyncResult()
        self._ended = ended
        start_thread = monkey.get_original("_thread", "start_new_thread")
        start_thread(self._run, (ready, ended))
        self._loop, self.plane = ready.get()

    def call(self, work: Work[T]) -> T:
        """Run `work(plane)` in the event loop and wait for its result; other greenlets go on.

        Raises the exceptions of the work. Killing the waiting greenlet cancels the work. After
        `close` the greenlet ends.
        """
        if self._closed:
            raise gevent.GreenletExit
        result: Any = AsyncResult()
        tasks: list[asyncio.Task[T]] = []
        self._loop.call_soon_threadsafe(self._begin, work, result, tasks)
        try:
            value: T = result.get()
        except gevent.GreenletExit:
            if not self._closed:
                self._loop.call_soon_threadsafe(_cancel, tasks)
            raise
        return value

    def post(self, action: Callable[[Plane], object]) -> None:
        """Run `action(plane)` in the event loop without waiting for it."""
        if not self._closed:
            self._loop.call_soon_threadsafe(action, self.plane)

    def close(self) -> None:
        """Disconnect all members and end the thread."""
        if self._closed:
            return
        self.call(Plane.close)
        self._closed = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._ended.get()
        self._watcher.stop()
        self._watcher.close()

    def _run(self, ready: Any, ended: Any) -> None:
        loop = uvloop.new_event_loop()
        asyncio.set_event_loop(loop)
        plane = loop.run_until_complete(_make_plane())
        self._give(ready, (loop, plane), None)
        try:
            loop.run_forever()
        finally:
            # A task that is still there would be reported when the process is half gone.
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.close()
            self._give(ended, None, None)

    def _begin(self, work: Work[T], result: Any, tasks: list[asyncio.Task[T]]) -> None:
        task = self._loop.create_task(work(self.plane))
        tasks.append(task)
        task.add_done_callback(lambda task: self._give_outcome(result, task))

    def _give_outcome(self, result: Any, task: asyncio.Task[Any]) -> None:
        if task.cancelled():
            self._give(result, None, gevent.GreenletExit())
        elif error := task.exception():
            self._give(result, None, error)
        else:
            self._give(result, task.result(), None)

    def _give(self, result: Any, value: Any, error: BaseException | None) -> None:
        self._finished.append((result, value, error))
        self._watcher.send()

    def _hand_over(self) -> None:
        while self._finished:
            result, value, error = self._finished.popleft()
            if error is None:
                result.set(value)
            else:
                result.set_exception(error)


async def _make_plane() -> Plane:
    return Plane(asyncio.get_running_loop())


def _cancel(tasks: list[asyncio.Task[T]]) -> None:
    for task in tasks:
        task.cancel()
