"""What a page may ask of the stacks that `chatbench up` started, and what it is told about them.

The same JSON goes between page and companion, as text frames, and between companion and
`chatbench up`, as lines.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from bench.companion.frames import Ping, Pong, RefusedFrameError

Step = Literal["", "stopping", "starting", "returning"]
Off = Literal["", "alone", "beyond-loopback"]
Name = Annotated[str, Meta(min_length=1, max_length=80)]

OFF_WORDS: Final = {
    "alone": "Only a companion of `chatbench up` has stacks to control.",
    "beyond-loopback": "The stacks cannot be controlled where the companion listens beyond the "
    "loopback.",
}


class Run(Struct, tag="run", tag_field="type", frozen=True):
    """Run this arm on this side, in place of the one that runs there."""

    backend: Name
    arm: Name


What = Literal["kill", "freeze", "redis"]


class Break(Struct, tag="break", tag_field="type", frozen=True):
    """Kill a process of this side, freeze all of them, or restart the Redis of both."""

    what: What
    backend: Name


class Watch(Struct, tag="watch", tag_field="type", frozen=True):
    """From the companion: a page looks at the stacks from now on."""


class Choice(Struct, frozen=True):
    """An arm that a side may run; `missing` says why it cannot run here."""

    id: str
    server: str
    fanout: str
    variant: str
    missing: str | None = None


class Side(Struct, frozen=True):
    """One side: the arm that it runs, and all that it may run."""

    backend: str
    """The backend's name in the browser client."""
    arm: str
    running: bool
    arms: tuple[Choice, ...]
    step: Step = ""
    """What happens to the side now; empty if nothing does."""
    wanted: str = ""
    """The arm that was asked for, while a step is under way."""
    problem: str = ""
    """Why the last wish was not fulfilled: one sentence."""


class Broken(Struct, frozen=True):
    """A break: what, at which side (empty: at both), and for how long. They are numbered."""

    what: What
    backend: str
    seconds: float
    number: int
    over: bool


class Stacks(Struct, tag="stacks", tag_field="type", frozen=True):
    """All that can be controlled. `off` says why nothing can."""

    sides: tuple[Side, ...] = ()
    off: Off = ""
    redis: bool = False
    """Whether a side runs over a Redis that `chatbench up` started."""
    broken: Broken | None = None
    """The newest break."""
    problem: str = ""
    """Why the last break was refused: one sentence."""


class Wrong(Struct, tag="error", tag_field="type", frozen=True):
    """What is wrong with a frame or its request."""

    detail: str


Request = Run | Break
PageFrame = Request | Ping
Answer = Stacks | Pong | Wrong

_of_page: Final = msgspec.json.Decoder(PageFrame)
_of_companion: Final = msgspec.json.Decoder(Request | Watch)
_of_up: Final = msgspec.json.Decoder(Stacks)
_encoder: Final = msgspec.json.Encoder()


def decode(text: str) -> PageFrame:
    """Read a page's frame. Raises RefusedFrameError."""
    try:
        frame: PageFrame = _of_page.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RefusedFrameError(f"This frame is not understood: {error}") from None
    return frame


def encode(answer: Answer) -> str:
    """The text of a frame to a page."""
    return _encoder.encode(answer).decode()


def line(message: Request | Watch | Stacks) -> bytes:
    """A message between the companion and `chatbench up`."""
    return _encoder.encode(message) + b"\n"


WATCH: Final = line(Watch())


def read_request(text: bytes) -> Request | Watch:
    """A line of the companion. Raises msgspec.DecodeError."""
    request: Request | Watch = _of_companion.decode(text)
    return request


def read_stacks(text: bytes) -> Stacks:
    """A line of `chatbench up`. Raises msgspec.DecodeError."""
    stacks: Stacks = _of_up.decode(text)
    return stacks
