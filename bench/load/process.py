"""The load generator as a child process: cells to its stdin, results from its stdout."""

import json
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from bench.errors import BenchError
from bench.stack.child import Child

_COMMAND = [sys.executable, "-m", "bench.load"]


class GeneratorProcess:
    """A `python -m bench.load` on the cores `cpus`; it takes one cell at a time."""

    def __init__(self, cpus: frozenset[int]) -> None:
        self._child = Child(_COMMAND, cpus=cpus, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

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

    def measure(
        self, cell: dict[str, Any], on_event: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Run a cell; `on_event` is called at the start and the end of each window.

        Returns the event "result" or "failed". Raises BenchError if the process has died.
        """
        pipe_in, pipe_out = self._child.process.stdin, self._child.process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        try:
            pipe_in.write(json.dumps(cell).encode() + b"\n")
            pipe_in.flush()
        except OSError:
            raise self._died() from None
        for line in pipe_out:
            event: dict[str, Any] = json.loads(line)
            if event["event"] in ("result", "failed"):
                return event
            on_event(event)
        raise self._died()

    def _died(self) -> BenchError:
        said = self._child.last_line() or "it said nothing"
        return BenchError(f"The load generator ended in the middle of a run: {said}")
