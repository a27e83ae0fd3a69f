"""The load generator as a child process: cells to its stdin, results from its stdout."""

import json
from collections.abc import Callable
from typing import Any

from bench.stack.dialogue import Dialogue

NAME = "The load generator"


class GeneratorProcess(Dialogue):
    """A `python -m bench.load` on the cores `cpus`; it takes one cell at a time."""

    def __init__(self, cpus: frozenset[int]) -> None:
        super().__init__(NAME, ["bench.load"], cpus)

    def measure(
        self, cell: dict[str, Any], on_event: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Run a cell; `on_event` is called at the start and the end of each window.

        Returns the event "result" or "failed". Raises BenchError if the process has died.
        """
        self.tell(json.dumps(cell).encode())
        for line in self.answers():
            event: dict[str, Any] = json.loads(line)
            if event["event"] in ("result", "failed"):
                return event
            on_event(event)
        raise AssertionError  # the answers end with an error
