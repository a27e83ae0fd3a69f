"""Settings from the environment have the same effect in both backends."""

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from chat_core.protocol_limits import REACTIONS
from tests.conformance.connection import RefusedError
from tests.conformance.room import Room

BOTH = ["channels-uvicorn-memory", "fastapi-uvicorn-memory"]


@pytest.mark.parametrize("arm", BOTH)
def test_settings_are_followed(arm: str) -> None:
    environ = {
        "CHAT_RATE_LIMIT": "off",
        "CHAT_ORIGINS": "https://chat.example",
        "CHAT_MAX_IMAGE_BYTES": "1000",
    }
    with Stack(find_arm(arm), environ=environ) as stack, Room(stack.url) as room:
        ann = room.connect("ann", origin="https://chat.example")
        limits = {"text": 4000, "image": 1000, "presence": 50, "reactions": [*REACTIONS]}
        assert ann.frame()["limits"] == limits
        said = [ann.say("hello") for _ in range(200)]
        assert [ann.frame()["id"] for _ in said] == said
        with pytest.raises(RefusedError):
            room.connect("bob", origin="http://localhost:8001")
        ann.send_binary(bytes(1000 + 64 * 1024 + 1))
        assert ann.closed().code == 1009


@pytest.mark.parametrize("arm", BOTH)
def test_hosts_are_those_of_the_origins_and_those_that_are_named(arm: str) -> None:
    environ = {"CHAT_ORIGINS": "https://chat.example:8443", "CHAT_HOSTS": "backend,10.0.0.1"}
    with Stack(find_arm(arm), environ=environ) as stack:
        answered = {
            host: httpx.get(f"{stack.url}/healthz", headers={"Host": host}).status_code
            for host in ("chat.example", "backend:8001", "10.0.0.1", "localhost", "other.example")
        }
    assert answered.pop("other.example") == 400
    assert set(answered.values()) == {200}


@pytest.mark.parametrize("arm", BOTH)
def test_without_guests_no_one_joins_by_name(arm: str) -> None:
    with Stack(find_arm(arm), environ={"CHAT_GUESTS": "0"}) as stack, Room(stack.url) as room:
        closed = room.connect("ann").closed()
        assert (closed.code, closed.reason) == (4401, "sign in first")


@pytest.mark.parametrize("arm", BOTH)
def test_a_small_outbox_is_soon_too_small(arm: str) -> None:
    environ = {"CHAT_OUTBOX": "10/64KiB", "CHAT_RATE_LIMIT": "off"}
    with Stack(find_arm(arm), environ=environ) as stack, Room(stack.url) as room:
        (ann,) = room.gather("ann")
        room.enter("slow", receive_buffer=4096)
        ann.until("joined", user="slow")
        for _ in range(600):
            identifier = ann.say("😀" * 4000)
            frames = ann.all_until("message", id=identifier)
            if any(frame["type"] == "left" for frame in frames):
                return
        raise AssertionError("the slow reader is still there")
