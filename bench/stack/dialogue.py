"""A child process that is given lines on stdin, and answers with lines on stdout."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

from bench.errors import BenchError
from bench.stack.child import Child


class Dialogue:
    """A `python -m MODULE` on the cores `cpus`; `name` is its name in errors.

    Every method raises BenchError if the process has ended.
    """

    def __init__(
        self,
        name: str,
        module: Sequence[str],
        cpus: frozenset[int] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._name = name
        command = [sys.executable, "-m", *module]
        self._child = Child(
            command, environ=environ, cpus=cpus, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._child.pid

    def ask(self, line: bytes) -> bytes:
        """Give a line, and wait for the next line of the answer."""
        self.tell(line)
        return next(self.answers())

    def tell(self, line: bytes) -> None:
        """Give a line, which must not have an end of line."""
        pipe = self._child.process.stdin
        assert pipe is not None
        try:
            pipe.write(line + b"\n")
            pipe.flush()
        except OSError:
            raise self._ended() from None

    def answers(self) -> Iterator[bytes]:
        """Yield the lines of the answers as they come."""
        pipe = self._child.process.stdout
        assert pipe is not None
        while line := pipe.readline():
            yield line
        raise self._ended()

    def finish(self, seconds: float = 30.0) -> None:
        """End the input, give the process this long to end by itself, then `stop`."""
        if self._child.process.stdin is not None:
            self._child.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.process.wait(seconds)
        self.stop()

    def stop(self) -> None:
        """End the process at once."""
        self._child.stop()
        for pipe in (self._child.process.stdin, self._child.process.stdout):
            if pipe is not None:
                # A line may still wait for a process that had ended.
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _ended(self) -> BenchError:
        said = self._child.last_line() or "it said nothing"
        return BenchError(f"{self._name} ended in the middle of a run: {said}")
