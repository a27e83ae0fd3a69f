"""The button "Reset" in a distributed run: workers reset, and their earlier reports are dropped.

Locust resets the master alone. Its workers go on with their counts, and reports that are on their
way bring deliveries from before the reset.
"""

from typing import Any

MESSAGE = "chat_reset"
_NUMBER = "resets"


class Resets:
    """How often each worker must have been reset, at the master; how often it was, at a worker."""

    def __init__(self) -> None:
        self.number = 0
        self._asked: dict[str, int] = {}

    def ask(self, runner: Any) -> None:
        """At the master: have all workers reset."""
        self.number += 1
        self._asked = dict.fromkeys(runner.clients, self.number)
        runner.send_message(MESSAGE, {_NUMBER: self.number})

    def done(self, message: Any) -> None:
        """At a worker: its counts are new."""
        self.number = message.data[_NUMBER]

    def mark(self, data: dict[str, Any]) -> None:
        """At a worker: say in a report which counts it has."""
        data[_NUMBER] = self.number

    def drop_earlier(self, client_id: str, data: dict[str, Any]) -> None:
        """At the master: empty a report from before the reset. Must precede Locust's listener."""
        if data.get(_NUMBER, 0) < self._asked.get(client_id, 0):
            data["stats"], data["errors"] = [], {}
            data.pop("deliveries", None)
            data["stats_total"] = _nothing()


def _nothing() -> dict[str, Any]:
    from locust.stats import RequestStats, StatsEntry

    return dict(StatsEntry(RequestStats(), "Aggregated", "").serialize())
