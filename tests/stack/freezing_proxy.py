"""A TCP proxy that can stop carrying, and closes nothing, as a firewall that has forgotten."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class FreezingProxy:
    """In front of a port of the loopback, in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._carrying: set[asyncio.Task[None]] = set()
        self._kept: list[asyncio.StreamWriter] = []
        self._frozen = False
        self._last_question: bytes | None = None
        self._unanswered: list[asyncio.StreamWriter] = []
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def freeze(self) -> None:
        """From now on nothing passes on any connection that is there; new ones work."""
        self._run(self._freeze())

    def freeze_all(self) -> None:
        """Nothing passes on any connection, not on new ones either."""
        self._frozen = True
        self.freeze()

    def thaw(self) -> None:
        """New connections work again; what was frozen stays so."""
        self._frozen = False

    def lose_answers(self, question: bytes) -> None:
        """From now on a connection on which this is asked gets no answer, and carries no more."""
        self._last_question = question

    def end_unanswered(self) -> None:
        """Answers pass again; connections that got none end."""
        self._last_question = None
        self._run(self._abort_unanswered())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._kept.append(writer)
        if self._frozen:
            return
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
        self._kept.append(to_server)
        answering = self._start(_carry(from_server, writer))
        self._start(self._ask(reader, to_server, answering, writer))

    async def _ask(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        answering: asyncio.Task[None],
        asker: asyncio.StreamWriter,
    ) -> None:
        """Carry the questions, up to the one of which the answer is to be lost."""

        def last(data: bytes) -> bool:
            if self._last_question is None or self._last_question not in data:
                return False
            answering.cancel()  # before the question is carried on
            self._unanswered.append(asker)
            return True

        await _carry(source, target, last)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        return task

    async def _abort_unanswered(self) -> None:
        while self._unanswered:
            self._unanswered.pop().transport.abort()

    async def _freeze(self) -> None:
        for task in tuple(self._carrying):
            task.cancel()

    async def _close(self) -> None:
        self._server.close()
        carrying = tuple(self._carrying)
        await self._freeze()
        await asyncio.gather(*carrying, return_exceptions=True)
        for writer in self._kept:
            writer.transport.abort()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


def _never_last(data: bytes) -> bool:
    return False


async def _carry(
    source: asyncio.StreamReader,
    target: asyncio.StreamWriter,
    last: Callable[[bytes], bool] = _never_last,
) -> None:
    """Carry what comes until the end, or until what `last` says is the last."""
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            is_last = last(data)
            target.write(data)
            await target.drain()
            if is_last:
                return
        target.close()  # what one side ends, the other hears; what is frozen, nobody hears
