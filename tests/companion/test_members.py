"""Synthetic members in both real chats: they join, listen, reconnect, and leave."""

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from bench.companion.crew import STALL_S
from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from bench.up.companion_process import CompanionProcess
from tests.companion.page import ORIGIN, WAIT_S, Page
from tests.conformance.room import Room

ARMS = {"django-channels": "channels-daphne-memory", "fastapi": "fastapi-uvicorn-memory"}

_numbers = count(1)


class Race:
    """Both chats and their companion."""

    def __init__(self, stacks: dict[str, Stack], companion: CompanionProcess) -> None:
        self.stacks = stacks
        self.url = companion.url

    def members(self, backend: str, room: str) -> int:
        """The number of members that the chat reports."""
        rooms = httpx.get(f"{self.stacks[backend].url}/api/rooms").json()
        return next((each["members"] for each in rooms if each["room"] == room), 0)

    def until_there_are(self, members: int, room: str) -> None:
        """Wait until both chats report this number of members."""
        deadline = time.monotonic() + WAIT_S
        while any(self.members(backend, room) != members for backend in self.stacks):
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture(scope="module", params=["off", "sqlite"])
def race(request: pytest.FixtureRequest) -> Iterator[Race]:
    environ = {"CHAT_ORIGINS": ORIGIN, "CHAT_HANDSHAKE_RATE": "50/1s"}
    stacks = {
        key: Stack(find_arm(arm), history=request.param, environ=environ)
        for key, arm in ARMS.items()
    }
    with CompanionProcess() as companion:
        try:
            for stack in stacks.values():
                stack.start()
            companion.start({key: stack.url for key, stack in stacks.items()}, [ORIGIN])
            for stack in stacks.values():
                stack.wait_until_healthy()
            companion.wait_until_healthy()
            yield Race(stacks, companion)
            assert companion.child is not None
            assert companion.child.output() == ""
        finally:
            for stack in stacks.values():
                stack.stop()


@pytest.fixture
def room() -> str:
    return f"race-{next(_numbers)}"


@pytest.fixture
def page(race: Race) -> Iterator[Page]:
    with Page(race.url) as opened:
        yield opened


def delivered(page: Page, identifier: str) -> dict[str, dict[str, Any]]:
    """The `delivered` frame of a message for each backend."""
    while len(page.told("delivered", id=identifier)) < len(ARMS):
        page.next()
    return {told["backend"]: told for told in page.told("delivered", id=identifier)}


def test_members_join_by_the_contract_and_leave_with_the_page(
    race: Race, room: str, page: Page
) -> None:
    page.set(room, 5)
    page.until_there_are(5, *ARMS)

    race.until_there_are(5, room)
    with Room(race.stacks["fastapi"].url, room) as chat:
        welcome = chat.connect("ann").frame()
    assert welcome["members"] == [*(f"Synthetic {number}" for number in range(1, 6)), "ann"]
    page.socket.close()
    race.until_there_are(0, room)


def test_a_delivery_is_reported_once_with_the_first_and_last_receipt(
    race: Race, room: str, page: Page
) -> None:
    page.set(room, 20)
    page.until_there_are(20, *ARMS)
    before = time.time() * 1000
    for stack in race.stacks.values():
        with Room(stack.url, room) as chat:
            ann = chat.enter("ann")
            ann.say("not of the race", "other-1")
            for number in (1, 2):
                ann.say("hello", f"race-{number}")
                ann.until("message", id=f"race-{number}")

    for number in (1, 2):
        for told in delivered(page, f"race-{number}").values():
            assert (told["members"], told["had"]) == (20, 20)
            assert before - 1000 < told["firstAt"] <= told["lastAt"] < time.time() * 1000 + 1000
    page.send(type="clock", id="end")
    page.until("clock", id="end")
    assert {told["id"] for told in page.told("delivered")} == {"race-1", "race-2"}
    assert len(page.told("delivered")) == 4


@pytest.mark.parametrize("backend", ARMS)
def test_members_that_stall_read_nothing_and_go_on(
    race: Race, room: str, page: Page, backend: str
) -> None:
    """The other side's members do not wait."""
    page.set(room, 3)
    page.until_there_are(3, *ARMS)
    page.send(type="stall", backend=backend)
    page.send(type="clock", id="stalled")
    stalled = page.until("clock", id="stalled")["at"]
    for stack in race.stacks.values():
        with Room(stack.url, room) as chat:
            chat.enter("ann").say("hello", "race-1")

    told = delivered(page, "race-1")
    assert {each["had"] for each in told.values()} == {3}
    (other,) = [key for key in ARMS if key != backend]
    assert told[backend]["firstAt"] >= stalled + 1000 * STALL_S - 100
    assert told[other]["lastAt"] < told[backend]["firstAt"]


def test_members_join_leave_and_change_rooms_on_request(race: Race, room: str, page: Page) -> None:
    page.set(room, 8)
    page.until_there_are(8, *ARMS)
    page.set(room, 3)
    page.until_there_are(3, *ARMS)
    race.until_there_are(3, room)
    for stack in race.stacks.values():
        with Room(stack.url, room) as chat:
            chat.enter("ann").say("hello", "race-1")
    assert {told["had"] for told in delivered(page, "race-1").values()} == {3}

    page.set(f"{room}-next", 2)
    page.until_there_are(2, *ARMS)
    race.until_there_are(0, room)
    race.until_there_are(2, f"{room}-next")
    page.set(f"{room}-next", 0)
    race.until_there_are(0, f"{room}-next")


def test_one_backend_may_have_other_members_than_the_other(
    race: Race, room: str, page: Page
) -> None:
    page.set(room, 3)
    page.until_there_are(3, *ARMS)
    page.send(type="set", room=room, members=6, backend="fastapi")
    page.until_there_are(6, "fastapi")

    assert {key: race.members(key, room) for key in ARMS} == {"django-channels": 3, "fastapi": 6}
    page.send(type="set", room=room, members=0, backend="django-channels")
    page.until_there_are(0, "django-channels")
    page.set(room, 0)
    race.until_there_are(0, room)


def test_two_pages_have_separate_members(race: Race, room: str, page: Page) -> None:
    with Page(race.url) as other:
        page.set(room, 2)
        other.set(room, 3)
        page.until_there_are(2, *ARMS)
        other.until_there_are(3, *ARMS)
        race.until_there_are(5, room)
    race.until_there_are(2, room)


def test_an_image_is_identified_by_its_header(race: Race, room: str, page: Page) -> None:
    page.set(room, 4)
    page.until_there_are(4, *ARMS)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
    for stack in race.stacks.values():
        with Room(stack.url, room) as chat:
            ann = chat.enter("ann")
            ann.send_image(picture, id="race-picture", mime="image/png", name="a.png")
            ann.until("image", id="race-picture")

    for told in delivered(page, "race-picture").values():
        assert (told["members"], told["had"]) == (4, 4)


def test_members_come_back_when_a_server_was_restarted(race: Race, room: str, page: Page) -> None:
    page.set(room, 4)
    page.until_there_are(4, *ARMS)
    for key, stack in race.stacks.items():
        stack.children.pop().stop()
        told = page.until("members", backend=key, wanted=4, connected=0)
        assert told["trouble"]
        stack.start_worker()
        stack.wait_until_healthy()
        assert page.until("members", backend=key, connected=4)["trouble"] is None
    race.until_there_are(4, room)


def test_without_guests_the_refusal_is_reported_and_not_tried_again() -> None:
    key = "fastapi"
    environ = {"CHAT_GUESTS": "0"}
    with Stack(find_arm(ARMS[key]), environ=environ) as stack, CompanionProcess() as companion:
        companion.start({key: stack.url}, [ORIGIN])
        companion.wait_until_healthy()
        with Page(companion.url) as page:
            page.set("lobby", 1)
            told = page.until("members", trouble="closed with 4401: sign in first")
            assert (told["connected"], told["wanted"]) == (0, 1)
