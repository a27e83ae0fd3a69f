"""The loads, the ladder and the case, which are the same for every tool."""

from dataclasses import dataclass
from typing import Final

from bench.envelope.generators import Loads, Tool
from bench.experiments.loss.plan import Case

PAYLOAD: Final = 120
WARM_UP_S: Final = 0.5
WINDOW_S: Final = 2.0
ROUNDS: Final = {"quick": 4, "full": 8}
"""By profile; an interval over rounds needs several."""
FLOOR_EVERY: Final = 2
"""The relay, whose figures need no narrow interval, is asked in every second round."""
P99_MS: Final = 100.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """Members, the size of their rooms, and messages a second of all together."""

    users: int
    room_size: int
    rate: float


LOADS: Final[dict[Loads, Crowd]] = {
    "rooms": Crowd(users=100, room_size=10, rate=150.0),
    "alone": Crowd(users=20, room_size=1, rate=200.0),
}
TOOLS: Final[dict[Loads, tuple[Tool, ...]]] = {
    "rooms": ("ours", "recipe", "independent"),
    # Tsung takes the first frame after a request as its answer: right for a member alone.
    "alone": ("ours", "recipe", "independent", "tsung"),
}

CLIMBERS: Final[tuple[Tool, ...]] = ("ours", "independent")
"""The tools that measure capacity: both have a ledger."""
CLIMB: Final = Crowd(users=20, room_size=10, rate=50.0)
"""The members of the ladder, and the first rate of the search for its place."""
SEARCH_STEP: Final = 1.25
SEARCH_STEPS: Final = 24
SEARCH_S: Final = 0.5
LADDER_FROM: Final = 0.85
"""The first rung, as a share of what the search found. The last one is above the search's next."""
RUNG: Final = 1.05
RUNGS: Final = 14
RUNG_S: Final = 1.0
RUNG_WARM_UP_S: Final = 0.2
IN_A_ROW: Final = 2
"""So many rungs in a row above the limit end the ladder: a single one may be bad luck."""

LOSS_STOP_S: Final = 6.0
LOSS_CASE: Final = Case(
    "texts, while the reader stands", "text", 4000, 2000, None, "stops", stop_s=LOSS_STOP_S
)
"""Certain losses where a channel layer throws messages away. The reader stands until all messages
are sent. In the cases of the experiment `loss` a client that sends faster loses more."""


def search() -> list[float]:
    """Rates that rise in large steps."""
    return [CLIMB.rate * SEARCH_STEP**number for number in range(SEARCH_STEPS)]


def ladder(found: float) -> list[float]:
    """Rates that rise in small steps, around what the search found."""
    return [LADDER_FROM * found * RUNG**number for number in range(RUNGS)]
