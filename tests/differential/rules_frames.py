"""What members send."""

from hypothesis import strategies as st

from chat_core.protocol_limits import REACTIONS
from tests.differential import strategies as drawn
from tests.differential.machine import Chats, about, anybody
from tests.differential.transcript import Frame

_BIGGER_THAN_ANY_LIMIT = bytes((0x82, 0xFF)) + (2**40).to_bytes(8, "big") + bytes(4 + 100)


class Frames(Chats):
    """Valid and invalid frames, images, bursts."""

    @about("say", who=anybody, identifier=drawn.ids, text=drawn.texts)
    def say(self, who: int, identifier: str, text: str) -> None:
        self._send(who, _say(identifier, text))

    @about("say", who=anybody, identifier=drawn.ids)
    def ping(self, who: int, identifier: str) -> None:
        self._send(who, {"type": "ping", "id": identifier})

    @about("typing", who=anybody, times=st.integers(1, 3))
    def type(self, who: int, times: int) -> None:
        """Type only once in a connection: the answer in a later step depends on time."""
        member = self.member(who)
        if not member.typed:
            member.typed = True
            self._send(who, *[{"type": "typing"}] * times)

    @about("say", who=anybody, back=st.integers(0, 3), times=st.integers(1, 2))
    def take_back(self, who: int, back: int, times: int) -> None:
        """Take back one of the newest messages, whoever said it, perhaps twice."""
        member = self.member(who)
        seq = max(member.newest - back, 1)
        self._send(who, *[{"type": "unsay", "seq": seq, "id": "back"}] * times)

    @about(
        "say",
        who=anybody,
        back=st.integers(0, 3),
        emoji=st.sampled_from(REACTIONS[:2]),
        switched=st.lists(st.booleans(), min_size=1, max_size=2),
    )
    def react(self, who: int, back: int, emoji: str, switched: list[bool]) -> None:
        """Put an emoji to one of the newest messages, or take it away, perhaps twice."""
        member = self.member(who)
        asked = {"type": "react", "seq": max(member.newest - back, 1), "emoji": emoji}
        self._send(who, *[asked | {"on": on, "id": "put"} for on in switched])

    @about("malformed", who=anybody, frame=drawn.text_frames)
    def send_a_text(self, who: int, frame: str) -> None:
        self._send(who, frame)

    @about("broken", who=anybody, frame=drawn.broken_frames)
    def send_no_utf8(self, who: int, frame: bytes) -> None:
        self.depart(self.member(who), lambda client: client.send_broken(frame))

    @about("broken", who=anybody)
    def send_too_much(self, who: int) -> None:
        self.depart(self.member(who), lambda client: client.send_raw(_BIGGER_THAN_ANY_LIMIT))

    @about("images", who=anybody, frame=drawn.images)
    def send_an_image(self, who: int, frame: bytes) -> None:
        self._send(who, frame)

    @about("images", who=anybody, frame=drawn.binary_frames)
    def send_bytes(self, who: int, frame: bytes) -> None:
        self._send(who, frame)

    @about("burst", who=anybody, times=st.sampled_from([2, 10, 39, 40, 41, 60]))
    def burst(self, who: int, times: int) -> None:
        """Send many messages at once, above the rate limit if there is one."""
        self._send(who, *[_say(str(number), f"word {number}") for number in range(times)])

    @about("burst", who=anybody, text=drawn.texts, times=st.integers(1, 3))
    def say_and_leave(self, who: int, text: str, times: int) -> None:
        """Send messages and leave: the others must get them."""
        member = self.member(who)
        for number in range(times):
            member.send_object(_say(str(number), text))
        self.depart(member, lambda client: client.leave(1000))

    def _send(self, who: int, *frames: Frame | str | bytes) -> None:
        member = self.member(who)
        for frame in frames:
            if isinstance(frame, dict):
                member.send_object(frame)
            else:
                member.send(frame)
        self.room_of(member).settle(member)


def _say(identifier: str, text: str) -> Frame:
    return {"type": "say", "id": identifier, "text": text}
