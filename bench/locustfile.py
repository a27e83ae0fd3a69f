"""The Locust suite: `chatbench locust`, `locust -f bench/locustfile.py`, and the benchmarks' users.

A user is a greenlet that gives commands; the data plane in `bench/load` moves its frames.
`--room-size`, `--rooms`, `--rate` and `--payload` set the load, here and in the web UI. Under
`chatbench locust`, `--arm` selects the chat; otherwise `--host` does. A class of users derives from
`ChatUser`.
"""

import random
import time
from typing import Any, Literal

import gevent
from gevent.pool import Group
from locust import User, events, task

from bench.load.chat_load import ChatLoad, Seat, kind_of
from bench.load.plane import JoinError
from bench.load.suite import life
from bench.load.suite.accounts import AccountError, accounts_of

CHECK_S = 1.0
STILL_S = 60.0
"""A user that does not join again has nothing to check, and need not wake up in a measurement."""
_TWINS = Group()


class ChatUser(User):
    """Joins a room, stays, and joins again after an eviction."""

    abstract = True
    talks = True
    """Whether it sends --rate messages a second."""
    alone = False
    """Whether it has a room for itself."""
    takes_turns = True
    """Whether it always reads: a turn of two chats ends when all messages have arrived."""
    content: Literal["text", "image"] = "text"
    """What its messages carry: --payload bytes of text, or an image of --image-size bytes."""

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.load: ChatLoad = environment.chat_load
        self.seat: Seat | None = None
        self.twin: ChatUser | None = None
        """The same user in the second chat, where two of them take turns."""

    def on_start(self) -> None:
        self.twin = self._start_twin()
        self.seat = self.load.sit(self)
        self.join(self.seat)

    @task
    def stay(self) -> None:
        """Behave, again and again. Locust adds a class's tasks to the tasks of its bases."""
        self.behave()

    def behave(self) -> None:
        """Stay a member; the data plane counts the messages meanwhile."""
        gevent.sleep(CHECK_S if self.load.rejoins else STILL_S)
        self.come_back()

    def on_stop(self) -> None:
        if self.twin is not None:
            self.twin.stop(force=True)
        seat, self.seat = self.seat, None
        if seat is not None:
            self.load.leave(seat)

    def come_back(self) -> None:
        """Join again if the server ended the connection."""
        seat = self.seat
        if seat is not None and not seat.connected and self.load.rejoins:
            self.join(seat)

    def _start_twin(self) -> "ChatUser | None":
        """The twin has a greenlet of its own, and Locust does not count it."""
        load = getattr(self.environment, "chat_twin_load", None)
        if load is None or self.load is load:
            return None
        twin = type(self)(self.environment)
        twin.load = load
        twin.start(_TWINS)
        return twin

    def ticket(self) -> str:
        """The ticket of an account for the next handshake; empty for a guest. Raises JoinError."""
        return ""

    def join(self, seat: Seat) -> None:
        """Connect, and count it in Locust's row "connect" of this class."""
        start = time.perf_counter()
        error: Exception | None = None
        try:
            self.load.join(seat, self.ticket())
        except JoinError as failed:
            error = failed
            self.load.failure = self.load.failure or str(failed)
        self.environment.events.request.fire(
            request_type="WS",
            name=self.load.named("connect", kind_of(self)),
            response_time=(time.perf_counter() - start) * 1000,
            response_length=0,
            exception=error,
            context={},
        )


class Chatter(ChatUser):
    """A member of a room of --room-size members, which sends --rate messages a second."""

    weight = 1


class Echo(ChatUser):
    """A user alone in a room, which receives only its own messages."""

    alone = True


class Idle(ChatUser):
    """Connected and silent."""

    talks = False


class PhotoSender(ChatUser):
    """A member whose messages are images of --image-size bytes."""

    content = "image"


class SlowReader(ChatUser):
    """Silent, and reads for a second after each --pause seconds in which it does not read."""

    talks = False
    takes_turns = False

    def behave(self) -> None:
        """Read nothing for a while, then all that waits."""
        if self.seat is not None:
            self.load.read(self.seat, reading=False)
            gevent.sleep(self.load.options.pause)
            self.load.read(self.seat, reading=True)
        gevent.sleep(CHECK_S)
        self.come_back()


class Reconnector(ChatUser):
    """A member that leaves after --visit seconds on average, and comes back at once."""

    def behave(self) -> None:
        """Visit the room, each time for another while."""
        gevent.sleep(random.uniform(0.5, 1.5) * self.load.options.visit)
        if self.seat is not None:
            self.load.step_out(self.seat)
            self.join(self.seat)


class SignedIn(ChatUser):
    """A member with an account, which takes a ticket over HTTP before each handshake."""

    def ticket(self) -> str:
        """A ticket of one of the accounts that this process registered."""
        try:
            return accounts_of(self.environment, self.load).ticket()
        except AccountError as error:
            raise JoinError(str(error)) from None


life.register(events)
