"""All frames to a member, and the health of a stack."""

import contextlib
import json
import time
from collections.abc import Callable
from functools import partial

import httpx

from bench.stack.child import Child
from bench.stack.stack import Stack
from tests.conformance.connection import ClosedError
from tests.conformance.room import Frame, Member, Room
from tests.stack.workers import only

_WAIT_SECONDS = 20


class Listener:
    """Keeps all text frames to a member."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.frames: list[Frame] = []

    def until(self, what: str, wanted: Callable[[], bool], seconds: float = _WAIT_SECONDS) -> None:
        """Listen until the condition holds; `what` describes it for a failure."""
        deadline = time.monotonic() + seconds
        while not wanted():
            remaining = deadline - time.monotonic()
            assert remaining > 0, f"{what}: not in {seconds} s"
            data = self.member.receive(remaining)
            if isinstance(data, str):
                self.frames.append(json.loads(data))

    def answer(self, identifier: str) -> str:
        """The answer to a message: ack, or the code of its error."""
        self.until(f"an answer to {identifier}", lambda: self._answer(identifier) is not None)
        return self._answer(identifier) or ""

    def until_acked(self) -> None:
        """Listen until a message of the member is acknowledged."""
        self.until("an ack", lambda: bool(self.acks))

    def until_closed(self) -> None:
        """Listen to the end of the connection."""
        with contextlib.suppress(ClosedError):
            self.until("the end", lambda: False)

    @property
    def acks(self) -> list[Frame]:
        """The acks of the member's messages."""
        return [frame for frame in self.frames if frame["type"] == "ack"]

    @property
    def messages(self) -> list[Frame]:
        """What was said."""
        return [frame for frame in self.frames if frame["type"] in ("message", "image")]

    @property
    def seqs(self) -> list[int]:
        """The seqs of messages, in the order of arrival."""
        return [message["seq"] for message in self.messages]

    def until_all_of(self, records: list[Frame]) -> None:
        """Listen until every record of the history has arrived."""
        wanted = {record["seq"] for record in records}
        self.until("all that is kept", lambda: wanted <= set(self.seqs))

    def lives(self) -> None:
        """Fail if the connection does not answer any more."""
        identifier = self.member.ping()
        self.until("a pong", lambda: any(self._is_pong(frame, identifier) for frame in self.frames))

    def _answer(self, identifier: str) -> str | None:
        for frame in self.frames:
            if frame["type"] in ("ack", "error") and frame.get("id") == identifier:
                return str(frame.get("code", "ack"))
        return None

    @staticmethod
    def _is_pong(frame: Frame, identifier: str) -> bool:
        return bool(frame["type"] == "pong" and frame["id"] == identifier)


def wait_for_health(stack: Stack, worker: Child, status: int) -> None:
    """Wait until a worker's /healthz has this status."""
    deadline = time.monotonic() + _WAIT_SECONDS
    call = partial(httpx.get, f"{stack.url}/healthz", timeout=_WAIT_SECONDS, trust_env=False)
    with only(stack, worker):
        while call().status_code != status:
            assert time.monotonic() < deadline, f"/healthz did not become {status}"


def kept(url: str, room: Room) -> list[Frame]:
    """The room's history, oldest first."""
    records: list[Frame] = []
    while True:
        before = records[0]["seq"] if records else None
        query = {"limit": 200} | ({} if before is None else {"before": before})
        answer = httpx.get(
            f"{url}/api/rooms/{room.name}/messages", params=query, timeout=30, trust_env=False
        )
        page: list[Frame] = answer.raise_for_status().json()
        records = page + records
        if len(page) < 200:
            return records
