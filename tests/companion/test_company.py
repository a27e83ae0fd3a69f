"""Synthetic people in both real chats: they talk while somebody listens, and no other time."""

import asyncio
import json
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from bench.companion.company.group import Group, Pace
from bench.companion.company.presence import Heard, Presence
from bench.companion.company.texts import NAMES, ROOM, TALKS
from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from bench.up.companion_process import CompanionProcess
from chat_core.handshake import is_room
from tests.client.test_modules import CLIENT
from tests.companion.page import ORIGIN, WAIT_S

ARMS = {"django-channels": "channels-daphne-memory", "fastapi": "fastapi-uvicorn-memory"}
TEXTS = {line.text for talk in TALKS for line in talk}
HASTE = Pace(apart=(0, 0), first=(0, 0), next=(0, 0), typing=(0, 0), unheard=7)
PAGE = {"Origin": ORIGIN}


@pytest.fixture(scope="module")
def stacks() -> Iterator[dict[str, Stack]]:
    environ = {"CHAT_ORIGINS": ORIGIN}
    running = {
        key: Stack(find_arm(arm), history="sqlite", environ=environ) for key, arm in ARMS.items()
    }
    try:
        for stack in running.values():
            stack.start()
        for stack in running.values():
            stack.wait_until_healthy()
        yield running
    finally:
        for stack in running.values():
            stack.stop()


@pytest.fixture
def companion(stacks: dict[str, Stack]) -> Iterator[CompanionProcess]:
    with CompanionProcess() as process:
        process.start({key: stack.url for key, stack in stacks.items()}, [ORIGIN], ROOM)
        process.wait_until_healthy()
        yield process
        assert process.child is not None
        assert process.child.output() == ""


def members(stack: Stack, room: str = ROOM) -> int:
    """The number of members that the chat reports."""
    rooms = httpx.get(f"{stack.url}/api/rooms").json()
    return next((each["members"] for each in rooms if each["room"] == room), 0)


def until_there_are(count: int, stack: Stack, room: str = ROOM) -> None:
    """Wait until the chat reports so many members."""
    deadline = time.monotonic() + WAIT_S
    while members(stack, room) != count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def visitor(stack: Stack, room: str = ROOM) -> Iterator[ClientConnection]:
    """A person in the room."""
    url = stack.url.replace("http", "ws", 1)
    with connect(f"{url}/ws/rooms/{room}?name=Ann", proxy=None, max_queue=None) as socket:
        yield socket


def next_message(socket: ClientConnection) -> dict[str, Any]:
    """The next message of the room."""
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=WAIT_S))
        if frame["type"] == "message":
            return frame


def said(stack: Stack, room: str) -> list[dict[str, Any]]:
    """All messages of the room."""
    found: list[dict[str, Any]] = httpx.get(f"{stack.url}/api/rooms/{room}/messages").json()
    return found


def test_they_greet_a_visitor_of_each_chat_and_leave_when_they_are_switched_off(
    stacks: dict[str, Stack], companion: CompanionProcess
) -> None:
    for stack in stacks.values():
        until_there_are(len(NAMES), stack)
    assert not any(said(stack, ROOM) for stack in stacks.values())
    for stack in stacks.values():
        with visitor(stack) as socket:
            message = next_message(socket)
            assert message["user"] in NAMES
            assert message["text"] in TEXTS
    with httpx.Client(base_url=companion.url, headers=PAGE) as page:
        assert page.get("/company").json() == {"room": ROOM, "people": list(NAMES), "on": True}
        assert page.post("/company", content='{"on": false}').json()["on"] is False
        for stack in stacks.values():
            until_there_are(0, stack)
        assert page.post("/company", content='{"on": true}').json()["on"] is True
        for stack in stacks.values():
            until_there_are(len(NAMES), stack)
        assert httpx.get(f"{companion.url}/healthz").json()["members"] == 0, "none is of a race"


def test_they_come_back_after_a_restart_of_a_backend(
    stacks: dict[str, Stack], companion: CompanionProcess
) -> None:
    for stack in stacks.values():
        until_there_are(len(NAMES), stack)
        stack.children[-1].process.send_signal(signal.SIGKILL)
        stack.children.pop().stop()
        stack.start_worker()
        stack.wait_until_healthy()
        until_there_are(len(NAMES), stack)
        with visitor(stack) as socket:
            assert next_message(socket)["user"] in NAMES


def test_only_a_page_of_the_chats_can_switch_them(companion: CompanionProcess) -> None:
    url = f"{companion.url}/company"
    for headers in ({}, {"Origin": "http://evil.example"}, PAGE | {"Host": "evil.example"}):
        refused = httpx.post(url, content='{"on": false}', headers=headers)
        assert refused.status_code in (400, 403)
    for body in ("", "on", '{"on": 1}', "[" * 60, " " * 60 + '{"on": false}'):
        refused = httpx.post(url, content=body, headers=PAGE)
        assert refused.status_code == 400
        assert refused.text == 'The body is {"on": true} or {"on": false}.\n'
    assert httpx.get(url).json()["on"] is True


def test_without_a_room_there_is_no_company() -> None:
    with CompanionProcess() as process:
        process.start({}, [ORIGIN])
        process.wait_until_healthy()
        nobody: dict[str, Any] = {"room": None, "people": [], "on": False}
        assert httpx.get(f"{process.url}/company").json() == nobody
        assert httpx.post(f"{process.url}/company", content='{"on":true}', headers=PAGE).json() == (
            nobody
        )


def test_they_say_nothing_alone_and_not_for_ever_to_somebody_who_is_silent(
    stacks: dict[str, Stack],
) -> None:
    """Their pauses are left out here, so what they may not say would be said at once."""
    stack, room = stacks["fastapi"], "quiet"

    def some_time_passes() -> int:
        for _ in range(20):
            members(stack, room)
        return len(said(stack, room))

    def play() -> None:
        until_there_are(len(NAMES), stack, room)
        assert some_time_passes() == 0
        with visitor(stack, room) as socket:
            assert {next_message(socket)["text"] for _ in range(HASTE.unheard)} <= TEXTS
            assert some_time_passes() == HASTE.unheard
            socket.send(json.dumps({"type": "typing"}))
            for _ in range(HASTE.unheard):
                next_message(socket)
            assert some_time_passes() == 2 * HASTE.unheard
            socket.send(json.dumps({"type": "say", "id": "1", "text": "I am here"}))
            assert next_message(socket)["user"] == "Ann"
            assert next_message(socket)["user"] in NAMES
        until_there_are(len(NAMES), stack, room)
        # They hear of the departure later than the server, and a text may be on its way.
        deadline = time.monotonic() + WAIT_S
        while some_time_passes() != some_time_passes():
            assert time.monotonic() < deadline

    async def scene() -> None:
        group = asyncio.create_task(Group(stack.url, room, HASTE, random.Random(1)).run())
        await asyncio.to_thread(play)
        group.cancel()
        await asyncio.gather(group, return_exceptions=True)

    asyncio.run(scene())
    until_there_are(0, stack, room)


def test_who_is_there() -> None:
    presence = Presence(NAMES)
    assert not presence.hear(Heard("welcome", NAMES[0], list(NAMES)))
    assert presence.others == 0
    assert presence.hear(Heard("joined", "Ann"))
    assert presence.hear(Heard("joined", "Ann"))
    assert not presence.hear(Heard("joined", NAMES[0]))
    assert presence.others == 2
    assert not presence.hear(Heard("left", "Ann"))
    assert not presence.hear(Heard("left", NAMES[0]))
    assert presence.others == 1
    assert presence.hear(Heard("typing", "Ann"))
    assert not presence.hear(Heard("message", NAMES[1]))
    assert presence.hear(Heard("welcome", NAMES[0], ["Ann", *NAMES]))


def test_nobody_takes_them_for_persons_and_all_they_say_can_be_said() -> None:
    assert all("Synthetic" in name or "合成" in name for name in NAMES)
    assert all(line.name in NAMES and 0 < len(line.text) < 200 for talk in TALKS for line in talk)
    assert is_room(ROOM)
    entrance = (CLIENT / "main.js").read_text("utf-8")
    assert f"recall('room') ?? '{ROOM}'" in entrance, "the entrance proposes their room"
