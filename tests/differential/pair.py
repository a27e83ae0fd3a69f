"""Two chats that get the same requests, and their rooms."""

import itertools
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from bench.stack.stack import Stack
from chat_core.http_contract import SESSION_COOKIES
from tests.conformance.connection import WAIT_SECONDS
from tests.differential.client import Client, Twin, compare_all
from tests.differential.http_calls import Answer, ask
from tests.differential.transcript import difference

USERS: Final = ("user-1", "Zoë 2")
PASSWORD: Final = "correct horse"
"""Of each of them, who have an account in both chats from the start."""

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Side:
    """One chat, running."""

    name: str
    host: str
    port: int

    @classmethod
    def of(cls, stack: Stack) -> "Side":
        """The chat that a stack runs."""
        return cls(stack.arm.framework, "127.0.0.1", stack.port)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both chats and their clients. `patience`: the longest wait for an expected frame, in s."""

    sides: tuple[Side, Side]
    messages_allowed: int | None = None
    """How many one connection may send, where that has a limit."""
    patience: float = WAIT_SECONDS
    _dialled: list[Twin] = field(default_factory=list)

    def dial(self, label: str, path: str, options: Sequence[dict[str, Any]] = ({}, {})) -> Twin:
        """A connection to this path in both, each with its own options."""
        clients = [
            Client(f"ws://{side.host}:{side.port}{path}", self.patience, own)
            for side, own in zip(self.sides, options, strict=True)
        ]
        self._dialled.append(Twin(label, clients, [side.name for side in self.sides]))
        return self._dialled[-1]

    def hang_up(self) -> None:
        """End all connections without a comparison."""
        for twin in self._dialled:
            twin.each(lambda client: client.vanish())
        self._dialled.clear()

    @property
    def cookie_names(self) -> list[str]:
        """Of the session, in each."""
        return [SESSION_COOKIES[side.name] for side in self.sides]

    def own(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        """The options of a connection, for each side its own where one is a tuple of both."""
        return [
            {
                key: value[at] if isinstance(value, tuple) else value
                for key, value in options.items()
            }
            for at in range(len(self.sides))
        ]

    def wait_for_rooms(self, names: Collection[str]) -> None:
        """Wait until exactly these rooms have members: a disconnect takes effect with a delay."""
        deadline = time.monotonic() + WAIT_SECONDS
        for side in self.sides:
            while (found := _rooms_of(side)) != sorted(names):
                in_time = time.monotonic() < deadline
                assert in_time, f"{side.name} has the rooms {found} instead of {sorted(names)}"

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Sequence[dict[str, str]] = ({}, {}),
    ) -> list[Answer]:
        """Make the same HTTP call to both, compare the answers, and return them."""
        answers = [
            ask(side.host, side.port, method, target, body, own)
            for side, own in zip(self.sides, headers, strict=True)
        ]
        for part in answers[0].compared:
            told = [answer.compared[part] for answer in answers]
            if told[0] != told[1]:
                names = [side.name for side in self.sides]
                raise AssertionError(difference(f"{method} {target} ({part})", names, told))
        return answers


@dataclass(slots=True)
class Room:
    """A room in both chats, with an observer in it as long as it is used.

    When `settle` returns, all effects of a step have arrived and are compared.
    """

    pair: Pair
    name: str
    members: list[Twin] = field(default_factory=list)
    _observer: Twin | None = None
    _said: int = 0

    @property
    def path(self) -> str:
        """Of its socket."""
        return f"/ws/rooms/{self.name}"

    def open(self) -> None:
        """Let the observer join."""
        self._observer = self._new_observer()

    def settle(self, acting: Twin | None = None) -> None:
        """Read all frames of the room until now, for all its members, and compare them."""
        if acting is not None:
            self._settle_acting(acting)
        self._replace_observer()
        self._mark()
        compare_all([self.observer, *self.members])

    def see_off(self, leaving: Sequence[Twin]) -> None:
        """Let the chats close these members of one user, and compare the closes.

        It is not defined which frames about the others a member gets before its own close.
        """
        for twin in leaving:
            twin.read_until("closed")
            self.members.remove(twin)
            self.observer.read_until("left")
        for twin in leaving:
            twin.forget_the_room()
            twin.compare()
        self.settle()

    @property
    def observer(self) -> Twin:
        """Who watches."""
        assert self._observer is not None, "the room is open"
        return self._observer

    def _settle_acting(self, acting: Twin) -> None:
        """Wait until all frames of this client are handled, or until it is known to have left."""
        acting.ping()
        # In Channels, the pong may overtake frames of the room: the marker comes after those.
        acting.compare(*(() if acting.gone else ("alone",)))
        if acting.gone and acting in self.members:
            self.members.remove(acting)
            self.observer.read_until("left")

    def _mark(self) -> None:
        marker = f"marker {next(_numbers)}"
        self.observer.send_object({"type": "say", "id": marker, "text": "all of you?"})
        self._said += 1
        for twin in (self.observer, *self.members):
            twin.read_until("message", id=marker)
        self.observer.ping()

    def _replace_observer(self) -> None:
        """Replace the observer when it has used its rate limit."""
        if self.pair.messages_allowed is None or self._said < self.pair.messages_allowed:
            return
        newest = self._new_observer()
        self.observer.each(lambda client: client.leave(1000))
        for twin in (newest, *self.members):
            twin.read_until("left", user="observer")
        self.observer.compare()
        self._observer, self._said = newest, 0

    def _new_observer(self) -> Twin:
        observer = self.pair.dial(f"observer of {self.name}", f"{self.path}?name=observer")
        observer.read_until("welcome")
        return observer


def _rooms_of(side: Side) -> list[str]:
    answer = ask(side.host, side.port, "GET", "/api/rooms", None, {})
    return [entry["room"] for entry in answer.json()]


def as_query(**fields: str | None) -> str:
    """A query of these fields, without those that are None."""
    found = (f"{key}={quote(value, safe='')}" for key, value in fields.items() if value is not None)
    return "&".join(found)
