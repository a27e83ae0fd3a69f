"""What members send."""

from hypothesis import strategies as st
from hypothesis.stateful import consumes

from tests.differential import strategies as drawn
from tests.differential.client import Twin
from tests.differential.machine import Chats, about, members
from tests.differential.transcript import Frame

_BIGGER_THAN_ANY_LIMIT = bytes((0x82, 0xFF)) + (2**40).to_bytes(8, "big") + bytes(4 + 100)


class Frames(Chats):
    """Frames in order and out of it, images, bursts."""

    @about("say", member=members, identifier=drawn.ids, text=drawn.texts)
    def say(self, member: Twin, identifier: str, text: str) -> None:
        self._send(member, _say(identifier, text))

    @about("say", member=members, identifier=drawn.ids)
    def ping(self, member: Twin, identifier: str) -> None:
        self._send(member, {"type": "ping", "id": identifier})

    @about("typing", member=members, times=st.integers(1, 3))
    def type(self, member: Twin, times: int) -> None:
        """Once in a connection: what comes a step later is a matter of time."""
        if not member.typed:
            member.typed = True
            self._send(member, *[{"type": "typing"}] * times)

    @about("malformed", member=members, frame=drawn.text_frames)
    def send_a_text(self, member: Twin, frame: str) -> None:
        self._send(member, frame)

    @about("broken", member=consumes(members), frame=drawn.broken_frames)
    def send_no_utf8(self, member: Twin, frame: bytes) -> None:
        self.depart(member, lambda client: client.send_broken(frame))

    @about("broken", member=consumes(members))
    def send_too_much(self, member: Twin) -> None:
        self.depart(member, lambda client: client.send_raw(_BIGGER_THAN_ANY_LIMIT))

    @about("images", member=members, frame=drawn.images)
    def send_an_image(self, member: Twin, frame: bytes) -> None:
        self._send(member, frame)

    @about("images", member=members, frame=drawn.binary_frames)
    def send_bytes(self, member: Twin, frame: bytes) -> None:
        self._send(member, frame)

    @about("burst", member=members, times=st.sampled_from([2, 10, 39, 40, 41, 60]))
    def burst(self, member: Twin, times: int) -> None:
        """Much at once; past the rate limit, where there is one."""
        self._send(member, *[_say(str(number), f"word {number}") for number in range(times)])

    @about("burst", member=consumes(members), text=drawn.texts, times=st.integers(1, 3))
    def say_and_leave(self, member: Twin, text: str, times: int) -> None:
        """What was said last is heard."""
        frames = [_say(str(number), text) for number in range(times)]
        self._send_last(member, frames)

    def _send_last(self, member: Twin, frames: list[Frame]) -> None:
        for frame in frames:
            member.send_object(frame)
        self.depart(member, lambda client: client.leave(1000))

    def _send(self, member: Twin, *frames: Frame | str | bytes) -> None:
        room = self.room_of(member)
        if room is None:
            return
        for frame in frames:
            if isinstance(frame, dict):
                member.send_object(frame)
            else:
                member.send(frame)
        room.settle(member)


def _say(identifier: str, text: str) -> Frame:
    return {"type": "say", "id": identifier, "text": text}
