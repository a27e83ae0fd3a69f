"""A member that stops reading is evicted; the others never wait for it."""

from dataclasses import dataclass, field

import pytest

from tests.conformance.connection import ClosedError
from tests.conformance.room import Member, Room
from tests.conformance.target import Target

pytestmark = pytest.mark.no_history  # test_replay tests eviction and return with a history

_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
"""The outbox has 16 MiB, and a layer of Channels has 100 messages, before anything is dropped."""
_BURST = 40
_MOST = 6 * _BURST
"""Images: 24 MB, more than the outbox and the buffers of kernel and server."""
_SMALL_BUFFER = 4096
_PROMPT_SECONDS = 10.0


@dataclass
class Story:
    """The events in a room with a member that did not read: ids of images, in order."""

    said: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """By the witness, who reads; complete where `said` is."""
    read: list[str] = field(default_factory=list)
    """The ids that the slow reader received when it read again."""
    trouble: Exception | None = None
    """The error that kept the others from sending, or None."""
    told_that_it_left: bool = False
    closed: ClosedError | None = None


@pytest.fixture(scope="session")
def story(server: Target) -> Story:
    """Send bursts from one member after another until the reader is evicted; then read again."""
    story = Story()
    with Room(server.url) as room:
        (witness,) = room.gather("witness")
        reader = room.enter("reader", receive_buffer=_SMALL_BUFFER)
        try:
            while not story.told_that_it_left and len(story.said) < _MOST:
                _speak(room.enter("speaker"), story)
                _listen(witness, story)
        except (AssertionError, ClosedError) as trouble:
            story.trouble = trouble
        _read_on(reader, story)
    return story


def test_the_others_receive_everything_without_delay(story: Story) -> None:
    assert story.trouble is None
    assert story.heard == story.said


def test_a_slow_reader_is_evicted_with_the_reason(story: Story) -> None:
    assert story.told_that_it_left, f"it is still there after {len(story.said)} images"
    assert story.closed is not None, "it is not closed"
    assert story.closed.code == 1013
    assert story.closed.reason.startswith("you read too slowly")


def test_a_slow_reader_received_the_first_messages_in_order(story: Story) -> None:
    assert story.read == story.said[: len(story.read)]


def test_a_slow_reader_loses_nothing_without_a_close(story: Story) -> None:
    assert story.closed is not None or story.read == story.said


def _speak(speaker: Member, story: Story) -> None:
    """Send a burst, and leave when it is accepted."""
    burst = [speaker.send_image(_PICTURE) for _ in range(_BURST)]
    story.said += burst
    speaker.until("image", id=burst[-1])
    speaker.close()


def _listen(witness: Member, story: Story) -> None:
    """Read all messages until now."""
    while len(story.heard) < len(story.said):
        frame = witness.frame(_PROMPT_SECONDS)
        if frame["type"] == "image":
            story.heard.append(frame["id"])
        story.told_that_it_left |= (frame["type"], frame["user"]) == ("left", "reader")


def _read_on(reader: Member, story: Story) -> None:
    """Read until the close, or until all messages have arrived."""
    try:
        while len(story.read) < len(story.said):
            frame = reader.frame(_PROMPT_SECONDS)
            if frame["type"] == "image":
                story.read.append(frame["id"])
        reader.answers()
    except ClosedError as closed:
        story.closed = closed
    except AssertionError:
        pass  # nothing more comes
