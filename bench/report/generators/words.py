"""The names of tools and loads, and the words of verdicts."""

from typing import Final

from bench.analysis.estimate import Estimate
from bench.analysis.generators import Verdict
from bench.analysis.wording import factor, number
from bench.envelope.generators import Loads, Tool

NONE: Final = "–"
TOOLS: Final[dict[Tool, str]] = {
    "ours": "this project's generator",
    "recipe": "the usual recipe",
    "independent": "the independent client",
    "tsung": "Tsung",
}
LOADS: Final[dict[Loads, str]] = {"rooms": "rooms of ten", "alone": "alone in a room"}
VERDICTS: Final[dict[Verdict, str]] = {
    "agree": "agree within the interval",
    "same": "the same within 10 %",
    "differ": "differ",
    "noisy": "too noisy to tell",
}


def ratio(found: Estimate | None) -> str:
    """A ratio, with its interval in brackets."""
    if found is None:
        return NONE
    return f"{factor(found.value)} ({factor(found.low)}–{factor(found.high)})"


def ms(us: float) -> str:
    """µs as ms, with the unit."""
    return f"{number(us / 1000)} ms"


def joined(parts: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
