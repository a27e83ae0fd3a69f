"""The generator of `bench.load.session` as a child process: orders in, answers out."""

import subprocess
import sys
from types import TracebackType
from typing import Self

import msgspec

from bench.errors import BenchError
from bench.load.orders import Answer, Order, Refused
from bench.stack.child import Child

_COMMAND = [sys.executable, "-m", "bench.load.session"]


class SessionProcess:
    """A `python -m bench.load.session` on the cores `cpus`; it takes one order at a time."""

    def __init__(self, cpus: frozenset[int]) -> None:
        self._child = Child(_COMMAND, cpus=cpus, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._decoder = msgspec.json.Decoder(Answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.stop()
        for pipe in (self._child.process.stdin, self._child.process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._child.pid

    def send(self, order: Order) -> Answer:
        """Give an order, and wait for the answer. Raises BenchError if the process has died."""
        pipe_in, pipe_out = self._child.process.stdin, self._child.process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        try:
            pipe_in.write(msgspec.json.encode(order) + b"\n")
            pipe_in.flush()
        except OSError:
            raise self._died() from None
        line = pipe_out.readline()
        if not line:
            raise self._died()
        answer: Answer = self._decoder.decode(line)
        return answer

    def must(self, order: Order) -> Answer:
        """Give an order that has to be carried out. Raises BenchError if it is refused."""
        answer = self.send(order)
        if isinstance(answer, Refused):
            raise BenchError(f"The load generator could not go on: {answer.reason}.")
        return answer

    def _died(self) -> BenchError:
        said = self._child.last_line() or "it said nothing"
        return BenchError(f"The load generator ended in the middle of a run: {said}")
