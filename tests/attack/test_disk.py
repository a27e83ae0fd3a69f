"""A guest who sends more than the disk should hold; a disk that is full."""

import resource
from pathlib import Path

import httpx

from bench.stack.stack import Stack, health
from chat_core.history import MESSAGE_BYTES
from tests.attack import MIB
from tests.attack.conftest import Start
from tests.attack.measuring import limits, until
from tests.conformance.room import Member, Room

_PNG = b"\x89PNG\r\n\x1a\n"
_IMAGE = _PNG + bytes(MIB - MESSAGE_BYTES - len(_PNG))
_ROOMS, _IMAGES = 4, 8
_ROOM, _HISTORY = 4, 8
"""How many of the images a room takes, and all rooms together."""


def test_a_guest_does_not_fill_the_disk(start: Start) -> None:
    settings = {"CHAT_ROOM_BYTES": f"{_ROOM}MiB", "CHAT_HISTORY_BYTES": f"{_HISTORY}MiB"}
    stack = start(settings, "sqlite")
    with limits(stack, memory=64 * MIB):
        kept = [_flood_a_room(stack) for _ in range(_ROOMS)]
    assert kept == [_ROOM, _HISTORY - _ROOM, 0, 0]
    assert _on_disk(stack) < (2 * _HISTORY + 4) * MIB, "the file and its log"


def test_a_full_disk_is_told(start: Start) -> None:
    stack = start(history="sqlite")
    server = stack.children[0].pid
    with Room(stack.url) as room:
        ann, bob = room.gather("ann", "bob")
        ann.ack(ann.say("before"))
        unlimited = resource.prlimit(server, resource.RLIMIT_FSIZE)
        resource.prlimit(server, resource.RLIMIT_FSIZE, (4096, unlimited[1]))
        late = ann.say("is it kept?")
        assert ann.until("error", id=late)["code"] == "unavailable"
        answer = httpx.get(f"{stack.url}/healthz", trust_env=False, timeout=20)
        assert (answer.status_code, answer.json()["unavailable"]) == (503, "database")
        assert "database: " in stack.children[0].output()
        resource.prlimit(server, resource.RLIMIT_FSIZE, unlimited)
        until(lambda: health(stack.url) is not None, "it stays unavailable", ann.answers)
        ann.say("is it kept?", late)
        assert ann.ack(late)["seq"] == 2
        assert bob.until("message", id=late)["seq"] == 2


def _flood_a_room(stack: Stack) -> int:
    """Send the images to a new room; how many were kept."""
    with Room(stack.url) as room:
        guest = room.enter("guest")
        return [_answer(guest, guest.send_image(_IMAGE)) for _ in range(_IMAGES)].count("kept")


def _answer(guest: Member, image: str) -> str:
    """`kept`, or the code of the error."""
    while True:
        frame = guest.frame()
        if frame["type"] == "image" and frame["id"] == image:
            return "kept"
        if frame["type"] == "error":
            assert frame["code"] == "too_large", frame
            return str(frame["code"])


def _on_disk(stack: Stack) -> int:
    """Bytes of the database's files."""
    file = Path(stack.history.removeprefix("sqlite:///"))
    return sum(each.stat().st_size for each in file.parent.iterdir())
