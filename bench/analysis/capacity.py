"""The largest rate that each arm sustains, from the windows of a run of `capacity`."""

from collections import defaultdict
from collections.abc import Sequence

from bench.analysis.sustained import RateWindow, Sustained, sustained_rate
from bench.envelope.capacity import CapacityWindow


def rate_window(window: CapacityWindow) -> RateWindow:
    """What the search and its interval know of a window: messages, and not deliveries.

    A message is late if its last delivery is. A member that the server cut is a loss.
    """
    lost = window.counts.lost + window.room - window.members
    return RateWindow(window.rate, window.messages, window.late, lost)


def capacities(windows: Sequence[CapacityWindow]) -> dict[str, Sustained]:
    """By arm, in messages a second; an arm without a window that counts is missing."""
    found: dict[str, list[RateWindow]] = defaultdict(list)
    for window in windows:
        if window.refused is None and window.messages:
            found[window.arm].append(rate_window(window))
    return {arm: sustained_rate(own) for arm, own in found.items()}
