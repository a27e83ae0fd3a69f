"""The frames of a page and their answers: never a traceback, and never without limits."""

import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bench.companion import app, frames, session
from bench.stack.ports import free_port
from bench.up.companion_process import CompanionProcess
from tests.companion.page import ORIGIN, Page


@pytest.fixture(scope="module")
def companion() -> Iterator[CompanionProcess]:
    """A companion with a backend on a port without a listener."""
    with CompanionProcess() as process:
        process.start({"fastapi": f"http://127.0.0.1:{free_port()}"}, [ORIGIN])
        process.wait_until_healthy()
        yield process
        assert process.child is not None
        assert process.child.output() == ""


@pytest.fixture
def page(companion: CompanionProcess) -> Iterator[Page]:
    with Page(companion.url) as opened:
        yield opened


def test_the_clock_is_this_machines(page: Page) -> None:
    before = time.time() * 1000
    page.send(type="clock", id="7")
    at = page.until("clock", id="7")["at"]

    # The companion's clock does not follow a change of the machine's clock.
    assert before - 1000 < at < time.time() * 1000 + 1000
    page.send(type="clock", id=8)
    later = page.until("clock", id=8)
    assert later["at"] > at
    assert later["lag"] >= 0


def test_the_clients_pings_are_answered(page: Page) -> None:
    page.send(type="ping", id="ping 0")

    assert page.socket.subprotocol == "chat.v1"
    assert page.next() == {"type": "pong", "id": "ping 0"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{", "truncated"),
        ("{]", "malformed"),
        ("[]", "object"),
        ("{}", "type"),
        ('{"type":"say","id":"1","text":"hello"}', "'say'"),
        ('{"type":"set","room":"lobby"}', "members"),
        ('{"type":"set","room":"lobby","members":-1}', "$.members"),
        ('{"type":"set","room":"lobby","members":801}', "800"),
        ('{"type":"set","room":"lobby","members":1,"backend":1}', "$.backend"),
        ('{"type":"set","room":"lobby","members":1,"backend":"x\\ny"}', "'x\\ny'"),
        ('{"type":"set","room":"lobby","members":1.5}', "$.members"),
        ('{"type":"set","room":"lobby","members":"1"}', "$.members"),
        ('{"type":"set","room":"a b","members":1}', "$.room"),
        ('{"type":"set","room":"","members":1}', "$.room"),
        ('{"type":"set","room":"a\\n","members":1}', "room"),
        ('{"type":"stall"}', "backend"),
        ('{"type":"stall","backend":"rails"}', "rails"),
        ('{"type":"clock"}', "id"),
        ('{"type":"clock","id":null}', "$.id"),
        (json.dumps({"type": "clock", "id": "x" * 65}), "64"),
        ('{"type":"clock","id":"\\ud800"}', "understood"),
        ('{"x":' + "[" * 3000, "understood"),
    ],
)
def test_a_bad_frame_is_answered_with_an_error_and_the_socket_stays_open(
    page: Page, text: str, names: str
) -> None:
    page.socket.send(text)

    answer = page.next()
    assert answer["type"] == "error"
    assert names in answer["detail"]
    assert answer["detail"].count("\n") == 0
    page.send(type="clock", id=1)
    assert page.next()["type"] == "clock"


def test_a_binary_frame_is_answered_with_an_error(page: Page) -> None:
    page.socket.send(b"\x00")

    assert page.next() == {"type": "error", "detail": "Only text frames are accepted."}


def test_a_frame_that_is_too_large_closes(page: Page) -> None:
    page.socket.send(" " * (frames.MAX_FRAME_BYTES + 1))

    assert page.closed()[0] == 1009


@given(text=st.text(max_size=200) | st.from_regex(r'\{"type":"(set|clock|ping)",.{0,80}\}'))
@settings(max_examples=300, deadline=None)
def test_any_text_is_accepted_or_refused(text: str) -> None:
    with contextlib.suppress(frames.RefusedFrameError):
        frames.decode(text)


def test_a_page_with_too_many_frames_gets_errors_and_is_then_evicted(page: Page) -> None:
    with contextlib.suppress(ConnectionClosed):
        for _ in range(int(session.FRAMES.burst + session.REFUSALS.burst) + 200):
            page.send(type="clock", id=1)

    assert page.closed() == (1008, "too many frames that were refused")
    assert "50 frames a second" in page.told("error")[0]["detail"]


@pytest.mark.parametrize(
    "origin", [None, "null", "http://localhost:8001.evil.example", "https://localhost:8001"]
)
def test_a_page_of_another_origin_is_refused(
    companion: CompanionProcess, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        Page(companion.url, origin=origin)

    assert refused.value.response.status_code == 403


def test_the_number_of_pages_is_limited(companion: CompanionProcess) -> None:
    with ExitStack() as pages:
        opened = [pages.enter_context(Page(companion.url)) for _ in range(app.MOST_PAGES + 1)]

        assert opened[-1].closed() == (1013, f"{app.MOST_PAGES} pages are here already")
        opened[0].send(type="ping", id=1)
        assert opened[0].next()["type"] == "pong"


def test_an_outage_of_a_backend_is_reported(page: Page) -> None:
    page.set("lobby", 3)

    told = page.until("members", trouble="it cannot be joined: connection refused")
    assert told["backend"] == "fastapi"
    assert (told["connected"], told["wanted"]) == (0, 3)
