"""Compares one commit for all waiting messages with one commit for each message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.statistics import Estimate, estimate_median, estimate_ratio
from bench.envelope.run import ArmInfo
from bench.envelope.writes import WritesEntry, WritesWindow

SINGLE = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """Both kinds alone, and grouped ÷ single over the repeats with both; 95 % intervals."""

    single: Estimate
    grouped: Estimate
    ratio: Estimate

    @property
    def shown(self) -> bool:
        """Whether there is a difference: the ratio has an interval, and it excludes 1."""
        low, high = self.ratio.low, self.ratio.high
        return low is not None and high is not None and not low <= 1 <= high


@dataclass(frozen=True, slots=True)
class Case:
    """One arm with `appenders` appenders: messages a second, and µs of CPU a message."""

    arm: ArmInfo
    appenders: int
    group: int
    """The largest number of messages in one grouped commit."""
    rate: Compared
    cpu: Compared


def compare(entries: Iterable[WritesEntry], arms: Mapping[str, ArmInfo]) -> list[Case]:
    """Every arm and number of appenders that was measured grouped and single."""
    found = []
    for entry in entries:
        for appenders in sorted({window.appenders for window in entry.windows}):
            windows = [window for window in entry.windows if window.appenders == appenders]
            case = _case(arms[entry.arm], appenders, windows)
            found += [] if case is None else [case]
    return found


def _case(arm: ArmInfo, appenders: int, windows: Sequence[WritesWindow]) -> Case | None:
    group = max(window.group for window in windows)
    rate = _compared(windows, group, lambda w: w.messages / w.seconds)
    cpu = _compared(
        windows, group, lambda w: (w.cpu_seconds + w.database_cpu_seconds) / w.messages * 1e6
    )
    return None if rate is None or cpu is None else Case(arm, appenders, group, rate, cpu)


def _compared(
    windows: Sequence[WritesWindow], group: int, measured: Callable[[WritesWindow], float]
) -> Compared | None:
    single, grouped = (
        {w.repeat: measured(w) for w in windows if w.group == size and w.messages > 0}
        for size in (SINGLE, group)
    )
    ratio = estimate_ratio(grouped, single)
    if ratio is None or group == SINGLE:
        return None
    return Compared(estimate_median(single.values()), estimate_median(grouped.values()), ratio)
