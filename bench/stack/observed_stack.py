"""A stack whose servers count what their channel layers drop."""

import json
import socket
import time
from typing import Any, Final, NamedTuple

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.stack.observed import PERIOD_S
from bench.stack.stack import BENCHMARK_SETTINGS, Stack
from bench.stack.temporary import TemporaryFolder

_ANSWER_S: Final = 10.0
SERVERS: Final = ("daphne", "uvicorn")
"""These run the application in the process that is counted."""


class Observed(NamedTuple):
    """What the server counted since its start; `longest_queue` in events."""

    dropped: dict[str, int]
    longest_queue: int


class ObservedStack(Stack):
    """One server process; `receive_buffer` is SO_RCVBUF of its connections, in bytes."""

    def __init__(self, arm: Arm, receive_buffer: int | None = None) -> None:
        super().__init__(arm, workers=1, environ=BENCHMARK_SETTINGS)
        if receive_buffer is not None:
            # Each accepted connection inherits it.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._folder = TemporaryFolder()
        self._counts = self._folder.path / "observed.json"
        self.serve = ("bench.stack.observed", str(self._counts))

    def observed(self) -> Observed:
        """The counts of this moment. Raises BenchError if the server does not tell them."""
        asked = time.monotonic()
        while time.monotonic() < asked + _ANSWER_S:
            found = self._read()
            if found is not None and found["at"] > asked:
                return Observed(found["dropped"], found["longest_queue"])
            time.sleep(PERIOD_S / 2)
        raise BenchError(f"{self.arm.id} did not tell what its layer dropped.")

    def stop(self) -> None:
        """Stop the server, and remove its file."""
        super().stop()
        self._folder.remove()

    def _read(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._counts.read_text())
        except FileNotFoundError:
            return None
        return found
