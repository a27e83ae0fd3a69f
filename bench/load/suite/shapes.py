"""Shapes of load for the web UI: a locustfile beside the suite, with classes and nothing else.

The form's users are the peak, and its run time is the length; without one, a test takes ten
minutes.
"""

import logging
import time
from typing import Any, ClassVar, Final

from locust import LoadTestShape

_SECONDS: Final = 600.0
_STEPS: Final = 10
_LIMIT_US: Final = 100_000
"""The p99 above which a chat is saturated."""
_POINTS: Final = 3
"""So many intervals in a row must be above the limit."""
_QUIET: Final = 0.1
_DAY: Final = (
    *(0.15, 0.1, 0.07, 0.05, 0.05, 0.08, 0.2, 0.4),
    *(0.6, 0.7, 0.7, 0.75, 0.85, 0.75, 0.65, 0.65),
    *(0.7, 0.75, 0.85, 0.95, 1.0, 0.9, 0.6, 0.3),
)
"""The share of the peak in each hour of a day: a made-up day with a peak in the evening."""

logger = logging.getLogger("bench.locust")


class _Shape(LoadTestShape):
    """Shares of the form's users over the form's run time."""

    abstract = True
    use_common_options: ClassVar[bool] = True
    only_by_choice: ClassVar[bool] = True
    """Not the shape of a test that chooses none: Locust takes the first one that it finds."""

    def share(self, done: float) -> float | None:
        """The share of the users after this share of the time; None: the test ends."""
        raise NotImplementedError

    def tick(self) -> tuple[int, float] | None:
        """The number of users now, and how many may start or stop in a second."""
        options = self._runner.environment.parsed_options
        done = self._seconds / (options.run_time or _SECONDS)
        share = self.share(done) if done < 1 else None
        if share is None:
            return None
        peak = options.num_users or 1
        return max(1, round(share * peak)), options.spawn_rate or peak

    @property
    def _runner(self) -> Any:
        return self.runner

    @property
    def _seconds(self) -> float:
        """Since the start of the test."""
        return time.perf_counter() - float(self.start_time)


class Steps(_Shape):
    """Ten steps up to the users, until a chat's p99 is above 100 ms for three intervals."""

    def share(self, done: float) -> float | None:
        """The next tenth after each tenth of the time."""
        for timeline in self._runner.environment.chat_suite.timelines:
            points = timeline.points[-_POINTS:]
            # Those of the test before stay until the first users of this one are there.
            of_this = len(points) == _POINTS and points[-1].at_s <= self._seconds
            if of_this and all(point.p99 > _LIMIT_US for point in points):
                users, p99 = self._runner.user_count, points[-1].p99 / 1000
                logger.warning("Saturated with %d users: the p99 is %.0f ms.", users, p99)
                return None
        return (int(done * _STEPS) + 1) / _STEPS


class Spike(_Shape):
    """A tenth of the users, and all of them in the fifth of the time in the middle."""

    def share(self, done: float) -> float:
        """All from 40 % to 60 % of the time."""
        return 1.0 if 0.4 <= done < 0.6 else _QUIET


class Ramp(_Shape):
    """From none to all users, in a straight line."""

    def share(self, done: float) -> float:
        """As much as is done."""
        return done


class Soak(_Shape):
    """All users for the whole time; without a run time for eight hours."""

    def tick(self) -> tuple[int, float] | None:
        """All users, for longer than other shapes by default."""
        options = self._runner.environment.parsed_options
        if self._seconds > (options.run_time or 8 * 3600):
            return None
        return options.num_users or 1, options.spawn_rate or 1

    def share(self, _: float) -> float:
        """All."""
        return 1.0


class Day(_Shape):
    """A day of 24 hours with its peak in the evening, in the run time."""

    def share(self, done: float) -> float:
        """The share between this hour and the next one."""
        hour, part = divmod(done * len(_DAY), 1)
        now, then = _DAY[int(hour)], _DAY[(int(hour) + 1) % len(_DAY)]
        return now + (then - now) * part
