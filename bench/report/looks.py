"""What an arm looks like in a chart: by what it is, so that it looks alike on every page.

The explorer's style sheet has the same colours and dashes.
"""

from dataclasses import dataclass
from typing import Final

from bench.analysis.arms import STANDARD, framework
from bench.envelope.run import ArmInfo

_DASHES: Final = {STANDARD: "-", "tuned": "--", "tutorial": ":", "stock": "-."}
_MARKERS: Final = {"uvicorn": "o", "daphne": "s"}
_FILLED: Final = ("memory", "redis")


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a line; `dash` and `marker` are as matplotlib has them."""

    family: str
    """The framework, which has the colour."""
    dash: str
    marker: str
    filled: bool


def style_of(arm: ArmInfo) -> Style:
    """Colour by framework, dashes by variant, marker by server, hollow by fan-out.

    Filled are the fan-outs that a framework comes with: memory and Redis.
    """
    return Style(
        framework(arm),
        _DASHES.get(arm.variant, "-."),
        _MARKERS.get(arm.server, "D"),
        arm.fanout in _FILLED,
    )
