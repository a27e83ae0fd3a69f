"""The tools of a round: each is given a cell as JSON, and answers with a result."""

import json
from contextlib import ExitStack
from typing import Any, Final

from bench.envelope.generators import Tool
from bench.errors import BenchError
from bench.experiments.ceiling import GENERATOR, RECIPE, Command
from bench.stack.dialogue import Dialogue

NAMES: Final[dict[Tool, str]] = {
    "ours": "The load generator",
    "recipe": "The usual recipe",
    "independent": "The independent client",
    "tsung": "Tsung",
}
MODULES: Final[dict[Tool, Command]] = {
    "ours": GENERATOR,
    "recipe": RECIPE,
    "independent": ("bench.experiments.generators.independent",),
}
_STAY: Final[tuple[Tool, ...]] = ("ours", "independent")
"""These take one cell after another; the recipe takes one, and ends."""


class Tools:
    """The processes of a round, on these cores, until `running` is closed."""

    def __init__(self, cores: frozenset[int], running: ExitStack) -> None:
        self._cores = cores
        self._open: dict[Tool, Dialogue] = {
            tool: running.enter_context(self._start(tool)) for tool in _STAY
        }

    def ask(self, tool: Tool, cell: dict[str, Any]) -> dict[str, Any]:
        """The result of a cell. Raises BenchError if there is none."""
        if tool in self._open:
            return _answer(self._open[tool], tool, cell)
        with self._start(tool) as process:
            return _answer(process, tool, cell)

    def _start(self, tool: Tool) -> Dialogue:
        return Dialogue(NAMES[tool], MODULES[tool], self._cores)


def _answer(process: Dialogue, tool: Tool, cell: dict[str, Any]) -> dict[str, Any]:
    process.tell(json.dumps(cell).encode())
    for line in process.answers():
        event: dict[str, Any] = json.loads(line)
        if event["event"] == "failed":
            raise BenchError(f"{NAMES[tool]} failed: {event['reason']}.")
        if event["event"] == "result":
            return event
    raise AssertionError  # the answers end with an error
