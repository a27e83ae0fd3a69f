"""The Locust suite: `chatbench locust`, `locust -f bench/locustfile.py`, and the benchmarks' users.

A user is a greenlet that gives commands; the data plane in `bench/load` moves its frames.
`--room-size`, `--rooms`, `--rate` and `--payload` set the load, here and in the web UI. Under
`chatbench locust`, `--arm` selects the chat; otherwise `--host` does.
"""

import time
from typing import Any

import gevent
from locust import User, events, task

from bench.load.chat_load import ChatLoad, Seat
from bench.load.plane import JoinError
from bench.load.suite import life

CHECK_S = 1.0
STILL_S = 60.0
"""A user that does not join again has nothing to check, and need not wake up in a measurement."""


class _ChatUser(User):
    """Joins a room, stays, and joins again after an eviction."""

    abstract = True
    talks = True
    alone = False

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.load: ChatLoad = environment.chat_load
        self.seat: Seat | None = None

    def on_start(self) -> None:
        self.seat = self.load.sit(self)
        self._join(self.seat)

    @task
    def stay(self) -> None:
        """Stay a member; the data plane counts the messages meanwhile."""
        gevent.sleep(CHECK_S if self.load.rejoins else STILL_S)
        seat = self.seat
        if seat is not None and not seat.connected and self.load.rejoins:
            self._join(seat)

    def on_stop(self) -> None:
        seat, self.seat = self.seat, None
        if seat is not None:
            self.load.leave(seat)

    def _join(self, seat: Seat) -> None:
        start = time.perf_counter()
        error: Exception | None = None
        try:
            self.load.join(seat)
        except JoinError as failed:
            error = failed
            self.load.failure = self.load.failure or str(failed)
        self.environment.events.request.fire(
            request_type="WS",
            name=self.load.named("connect"),
            response_time=(time.perf_counter() - start) * 1000,
            response_length=0,
            exception=error,
            context={},
        )


class Chatter(_ChatUser):
    """A member of a room of --room-size members, which sends --rate messages a second."""

    weight = 1


class Echo(_ChatUser):
    """A user alone in a room, which receives only its own messages."""

    alone = True


class Idle(_ChatUser):
    """Connected and silent."""

    talks = False


life.register(events)
