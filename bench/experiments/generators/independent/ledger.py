"""What was sent, and what came to each member: counted message by message."""

import json
import statistics
from dataclasses import dataclass, field
from typing import Any, Final

_PERCENT: Final = 100


@dataclass(slots=True)
class Sent:
    """A message on its way, with the times at which it was due and was sent."""

    due: float
    at: float
    members: frozenset[int]
    """Who must get it."""
    got: set[int] = field(default_factory=set)


class Ledger:
    """All messages of one step, and the deliveries of the members."""

    def __init__(self, step: str) -> None:
        self.delivered = 0
        self.duplicates = 0
        self.last = 0.0
        """When the newest delivery came."""
        self.arrivals: list[float] = []
        """When each frame with a message of this step came."""
        self._prefix = f"{step}."
        self._sent: list[Sent] = []
        self._expected = 0
        self._waits: list[float] = []

    def send(self, due: float, at: float, members: frozenset[int]) -> str:
        """Note a message; returns its id."""
        self._sent.append(Sent(due, at, members))
        self._expected += len(members)
        return f"{self._prefix}{len(self._sent) - 1}"

    def came(self, identifier: str, member: int, at: float) -> None:
        """Note that a message came to a member; a message of another step is none of this one."""
        if not identifier.startswith(self._prefix):
            return
        message = self._sent[int(identifier[len(self._prefix) :])]
        self.arrivals.append(at)
        if member in message.got:
            self.duplicates += 1
            return
        message.got.add(member)
        self.delivered += 1
        self.last = at
        self._waits.append(at - message.due)

    @property
    def complete(self) -> bool:
        """Whether every message came to every member."""
        return self.delivered >= self._expected

    def summary(self) -> dict[str, Any]:
        """The figures of this step; times in µs, from the due time of each message."""
        return {
            "sent": len(self._sent),
            "expected": self._expected,
            "ledger": {
                "delivered": self.delivered,
                "lost": self._expected - self.delivered,
                "duplicates": self.duplicates,
            },
            "latency_us": times(self._waits),
            "lateness_us": times([each.at - each.due for each in self._sent]),
        }


def times(seconds: list[float]) -> dict[str, float]:
    """Median, 99th percentile and mean, in µs."""
    if len(seconds) < 2:
        only = seconds[0] * 1e6 if seconds else 0.0
        return {"p50": only, "p99": only, "mean": only, "count": len(seconds)}
    cuts = statistics.quantiles(seconds, n=_PERCENT, method="inclusive")
    return {
        "p50": cuts[49] * 1e6,
        "p99": cuts[98] * 1e6,
        "mean": statistics.fmean(seconds) * 1e6,
        "count": len(seconds),
    }


def say(identifier: str, text: str) -> bytes:
    """The frame of a message."""
    return json.dumps({"type": "say", "id": identifier, "text": text}).encode()
