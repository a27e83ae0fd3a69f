"""A class of users and a shape: `chatbench locust -f examples/locust/night_owl.py`."""

import random

import gevent
from locust import LoadTestShape

from bench.locustfile import ChatUser


class NightOwl(ChatUser):
    """Reads for a while, falls asleep and leaves, and comes back."""

    talks = False

    def behave(self) -> None:
        """Visit the room once."""
        gevent.sleep(random.uniform(1, 5))
        if self.seat is not None:
            self.load.step_out(self.seat)
            gevent.sleep(random.uniform(1, 5))
            self.join(self.seat)


class Stairs(LoadTestShape):
    """Five users more each half a minute, for five minutes."""

    use_common_options = True

    def tick(self) -> tuple[int, float] | None:
        """The users now, and how many may start in a second."""
        seconds = self.get_run_time()
        return None if seconds > 300 else (5 * int(seconds / 30 + 1), 5)
