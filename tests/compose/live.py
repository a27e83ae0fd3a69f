"""The composition in a container engine: `make compose-test`, where Docker is.

`make test` does not collect this file, because it needs an engine and its images.
"""

import contextlib
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from bench.experiments.client_page.chromium import chromium
from tests.accounts.visitor import Visitor
from tests.attack.measuring import until
from tests.browser.conftest import Person
from tests.compose.engine import Composition
from tests.conformance.connection import ClosedError, RefusedError
from tests.conformance.room import Member, Room

CHATS = ("django", "fastapi")
REPLICAS = 3
PORTS = {"django": 8001, "fastapi": 8002}
_TRIES = 30
_MOST_ADDED_MB = 130
"""To the base image, which has some 120: no more than 250 in all."""
_LABELS = {"django": "Django Channels", "fastapi": "FastAPI"}

both_chats = pytest.mark.parametrize("chat", CHATS)


@pytest.fixture(scope="module")
def composition() -> Iterator[Composition]:
    with Composition(dict.fromkeys(CHATS, REPLICAS)) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def _one_member_of_each_replica(room: Room) -> dict[str, Member]:
    """Enter through the gateway until every replica has a member; by the replica's name."""
    found: dict[str, Member] = {}
    for number in range(_TRIES):
        member = room.connect(f"m{number}")
        found.setdefault(member.frame()["server"]["replica"], member)
        if len(found) == REPLICAS:
            return found
    raise AssertionError(f"the gateway led to {sorted(found)} alone")


@both_chats
def test_what_is_said_to_one_replica_reaches_all_others(
    composition: Composition, chat: str
) -> None:
    names = {each["Config"]["Hostname"] for each in composition.replicas(chat)}
    with Room(composition.url(chat)) as room:
        members = _one_member_of_each_replica(room)
        assert set(members) == names
        for name, member in members.items():
            member.say(f"from {name}")
            for other in members.values():
                assert other.until("message")["text"] == f"from {name}"


@both_chats
def test_a_session_and_a_ticket_of_one_replica_are_good_at_all(
    composition: Composition, chat: str
) -> None:
    with Visitor(composition.url(chat)) as visitor:
        visitor.register()
        told = [visitor.http.get("/api/me").status_code for _ in range(4 * REPLICAS)]
        assert told == [200] * (4 * REPLICAS)
        with Room(composition.url(chat)) as room:
            for _ in range(2 * REPLICAS):
                ticket = visitor.post("ticket").json()["ticket"]
                member = room.connect(None, subprotocols=["chat.v1", f"ticket.{ticket}"])
                assert member.frame()["user"] == visitor.name


@both_chats
def test_a_client_cannot_choose_its_address(composition: Composition, chat: str) -> None:
    """50 handshakes a second and address are allowed to each replica, in bursts of 100."""
    with Visitor(composition.url(chat)) as visitor:
        answers = [
            visitor.post(
                "login", {"username": f"nobody-{number}", "password": "wrong password"},
                **{"X-Forwarded-For": f"203.0.113.{number % 250}"},
            ).status_code
            for number in range(130)
        ]  # fmt: skip
    assert set(answers) == {401, 429}, "100 failures of one address are allowed in a minute"


@both_chats
def test_metrics_are_inside_alone(composition: Composition, chat: str) -> None:
    assert httpx.get(f"{composition.url(chat)}/metrics").status_code == 404
    for address in composition.addresses(chat):
        inside = httpx.get(f"http://{address}:{PORTS[chat]}/metrics")
        assert inside.status_code == 200
        assert "chat_connections" in inside.text


@both_chats
def test_nothing_acknowledged_is_lost_when_a_replica_is_killed(
    composition: Composition, chat: str
) -> None:
    with Room(composition.url(chat)) as room:
        members = _one_member_of_each_replica(room)
        victim = next(iter(members))
        speakers = [_Speaker(room, member, name) for name, member in members.items()]
        for speaker in speakers:
            speaker.start()
        until(
            lambda: all(len(each.acked) > 20 for each in speakers),
            otherwise="nobody speaks",
            meanwhile=lambda: time.sleep(0.05),
        )
        composition.docker("kill", "--signal", "KILL", victim)
        others = [each for each in speakers if each.name != victim]
        before = {each: len(each.acked) for each in others}
        until(
            lambda: all(len(each.acked) > before[each] + 20 for each in others),
            otherwise="the others cannot speak on",
            meanwhile=lambda: time.sleep(0.05),
        )
        for speaker in speakers:
            speaker.stop()
        acked = {identifier for each in speakers for identifier in each.acked}
        late = room.connect("late", since=0)
        newest = late.frame()["seq"]
        kept = {frame["id"] for frame in late.messages(newest)}
        assert acked <= kept
    composition.compose("up", "--detach", "--wait", "--no-build", *_scales(composition))


@both_chats
def test_members_come_back_after_redis_was_killed(composition: Composition, chat: str) -> None:
    (redis,) = composition.replicas("redis")
    with Room(composition.url(chat)) as room:
        members = _one_member_of_each_replica(room)
        composition.docker("kill", "--signal", "KILL", redis["Id"])
        until(
            lambda: httpx.get(f"{composition.url(chat)}/healthz").status_code == 503,
            otherwise="nobody notices",
            meanwhile=lambda: time.sleep(0.1),
        )
        composition.docker("start", redis["Id"])
        composition.compose("up", "--detach", "--wait", "--no-build", *_scales(composition))
        for member in members.values():
            member.close()
        for member in _one_member_of_each_replica(room).values():
            member.heard()
    assert "Traceback" not in composition.compose("logs", "--no-color", chat)


@both_chats
def test_a_conversation_in_chromium_outlives_a_restart_of_every_replica(
    composition: Composition, browser: Browser, chat: str
) -> None:
    ann, bob = (_come(browser, composition, chat, name) for name in ("Ann", "Bob"))
    for number, replica in enumerate(composition.replicas(chat)):
        composition.docker("restart", "--time", "10", replica["Id"])
        ann.say(f"after {number} restarts")
        bob.say(f"yes, {number}")
        for person in (ann, bob):
            person.sees(f"after {number} restarts")
            person.sees(f"yes, {number}")
    assert ann.has_said() == bob.has_said()
    assert len(ann.has_said()) == 2 * REPLICAS


def test_the_image_of_the_chats_has_none_of_the_bench(composition: Composition) -> None:
    sizes = {
        name: int(composition.docker("inspect", "--format", "{{.Size}}", image))
        for name, image in (
            ("base", "python:3.13-slim"),
            ("chat", "chat-bench-chat:local"),
            ("bench", "chat-bench-bench:local"),
        )
    }
    added = {name: (sizes[name] - sizes["base"]) / 1e6 for name in ("chat", "bench")}
    assert added["chat"] < _MOST_ADDED_MB < added["bench"]


def _scales(composition: Composition) -> list[str]:
    return [
        word for name, count in composition.scale.items() for word in ("--scale", f"{name}={count}")
    ]


def _come(browser: Browser, composition: Composition, chat: str, name: str) -> Person:
    context = browser.new_context()
    page = context.new_page()
    person = Person(page)
    person.open(composition.url(chat), name=name, room="restarts")
    person.is_connected()
    return person


class _Speaker(threading.Thread):
    """Says one message after another, each after the ack of the last; ends with its connection."""

    def __init__(self, room: Room, member: Member, name: str) -> None:
        super().__init__()
        self.acked: list[str] = []
        self.name = name
        self._member = member
        self._done = threading.Event()

    def run(self) -> None:
        with contextlib.suppress(ClosedError, RefusedError, OSError, AssertionError):
            while not self._done.wait(0.06):  # below 20 messages a second
                identifier = self._member.say("on")
                self._member.ack(identifier)
                self.acked.append(identifier)

    def stop(self) -> None:
        """Say nothing more."""
        self._done.set()
        self.join()
