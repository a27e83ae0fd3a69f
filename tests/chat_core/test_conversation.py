"""A member's conversation: frames and times in, frames and effects out."""

import asyncio
import json
from typing import Any

import pytest

from chat_core import protocol_limits
from chat_core.close_codes import CloseCode
from chat_core.codec import Encoded
from chat_core.conversation import Conversation, Effect, Ending
from chat_core.envelope import Envelope, wrap
from chat_core.frames import ServerInfo, Welcome, WelcomeLimits
from chat_core.handshake import Handshake, Identity
from chat_core.history import NewMessage, Reaction, Retraction
from chat_core.outbox import OutboxLimit
from chat_core.rate_limit import Rate, TokenBucket
from chat_core.roster import Absence
from chat_core.settings import Settings

Frame = dict[str, Any]

PNG = b"\x89PNG\r\n\x1a\n"
AT = 1_700_000_000_000
MOST = protocol_limits.PRESENCE_MEMBERS
UNSAY: Frame = {"type": "unsay", "seq": 4}
REACT: Frame = {"type": "react", "seq": 4, "emoji": "🎉", "on": True}
NOTHING = OutboxLimit(frames=1, size=1)


class Talk:
    """A conversation of `ann` in room `r`, with its results."""

    def __init__(
        self, address_bytes: Rate | None = None, account: int | None = None, **settings: Any
    ) -> None:
        self.ended = 0
        self.conversation = Conversation(
            "m1",
            Handshake("r", None),
            Identity("ann", account=account),
            Settings(**settings),
            TokenBucket(address_bytes, 0),
            0,
            self._end,
        )

    def _end(self) -> None:
        self.ended += 1

    def enter(self, count: int = 1, version: int = 7, newest: int | None = 3) -> Envelope | None:
        """Enter as one of `count` members; returns the envelope for the others."""
        server = ServerInfo("f", "s", "memory", "off", "1", 1)
        limits = WelcomeLimits(text=1, image=1, presence=MOST)
        welcome = Welcome("ann", "r", server, limits, newest, count, [])
        joined = self.conversation.enter(welcome, version)
        self.conversation.entered = True
        return joined

    def send(self, frame: Frame | str | bytes, now: float = 0) -> Effect | None:
        """Send a frame of the member; returns its effect."""
        data = json.dumps(frame) if isinstance(frame, dict) else frame
        return self.conversation.receive(data, now, AT)

    def answers(self) -> list[Frame]:
        """The frames that wait for the member."""
        outbox = self.conversation.outbox
        outbox.put(Encoded('"end"', 0))

        async def taken() -> list[Any]:
            found = [json.loads(await outbox.take())]
            while found[-1] != "end":
                found.append(json.loads(await outbox.take()))
            return found[:-1]

        return asyncio.run(taken())


def say(identifier: str = "1", text: str = "hi") -> Frame:
    return {"type": "say", "id": identifier, "text": text}


def image(identifier: str = "1", picture: bytes = PNG) -> bytes:
    header = json.dumps({"type": "image", "id": identifier, "name": "cat.png"}).encode()
    return len(header).to_bytes(4, "big") + header + picture


def frame_of(envelope: Envelope | None) -> Frame:
    assert envelope is not None
    frame: Frame = json.loads(envelope.data)
    return frame


def test_a_message_is_to_be_kept_and_published() -> None:
    talk = Talk()
    assert talk.send(say()) == NewMessage("r", "ann", "1", AT, "hi", author="m1")
    assert talk.answers() == []


def test_an_image_is_to_be_kept_and_published() -> None:
    message = Talk().send(image())
    assert isinstance(message, NewMessage)
    assert (message.id, message.at, message.text) == ("1", AT, "")
    assert PNG in repr(message).encode("latin-1", "replace") or "PNG" in repr(message)


def test_typing_goes_to_the_others_once_a_second() -> None:
    talk = Talk()
    envelope = talk.send({"type": "typing"})
    assert isinstance(envelope, Envelope)
    assert frame_of(envelope) == {"type": "typing", "user": "ann"}
    assert envelope.exclude == "m1"
    assert talk.send({"type": "typing"}, now=0.9) is None
    assert talk.send({"type": "typing"}, now=1.9) is not None
    assert talk.answers() == []


def test_a_ping_is_answered_to_this_member_alone() -> None:
    talk = Talk()
    assert talk.send({"type": "ping", "id": "p"}) is None
    assert talk.answers() == [{"type": "pong", "id": "p"}]


def test_a_refused_frame_is_answered_and_the_conversation_goes_on() -> None:
    talk = Talk()
    assert talk.send("{") is None
    assert [each["code"] for each in talk.answers()] == ["bad_json"]
    assert talk.conversation.ending is None


def test_a_member_that_is_refused_again_and_again_is_evicted_once() -> None:
    talk = Talk()
    for _ in range(protocol_limits.MISBEHAVIOUR_BURST + 2):
        talk.send("{")
    ending = talk.conversation.ending
    assert ending is not None
    assert ending.code == CloseCode.POLICY_VIOLATION
    assert talk.ended == 1
    assert talk.send(say()) is None


def test_more_messages_than_the_rate_are_not_sent() -> None:
    talk = Talk(rate_limit=Rate(per_second=1, burst=2))
    effects = [talk.send(say(str(number))) for number in range(3)]
    assert [effect is None for effect in effects] == [False, False, True]
    assert [(each["code"], each["id"]) for each in talk.answers()] == [("rate_limited", "2")]
    assert talk.send(say("3"), now=1.0) is not None


@pytest.mark.parametrize(
    "talk",
    [
        Talk(bytes_per_second=1000.0, max_image_bytes=750),
        Talk(Rate(per_second=1000, burst=1500), bytes_per_second=None),
    ],
    ids=["of a connection", "of an address"],
)
def test_more_bytes_than_the_rate_are_not_sent(talk: Talk) -> None:
    frame = image("big", PNG + bytes(640))
    assert [talk.send(frame) is None for _ in range(3)] == [False, False, True]
    assert talk.send(say("small")) is not None
    assert [(each["code"], each["id"]) for each in talk.answers()] == [("rate_limited", "big")]
    assert talk.conversation.ending is None
    assert talk.send(frame, now=1.0) is not None


def test_bytes_of_a_text_are_those_of_its_utf_8() -> None:
    talk = Talk(bytes_per_second=1.0, max_image_bytes=50)
    assert talk.send(json.dumps(say(text="猫" * 30), ensure_ascii=False)) is None
    assert [each["code"] for each in talk.answers()] == ["rate_limited"]


def test_with_a_history_only_the_sender_gets_an_ack() -> None:
    talk = Talk()
    message = talk.send(say())
    assert isinstance(message, NewMessage)
    talk.conversation.kept(message, 4)
    assert talk.answers() == [{"type": "ack", "id": "1", "seq": 4}]


def test_without_a_history_nothing_is_acknowledged() -> None:
    talk = Talk()
    message = talk.send(say())
    assert isinstance(message, NewMessage)
    talk.conversation.kept(message, None)
    assert talk.answers() == []


def test_the_sender_learns_that_a_commit_is_uncertain() -> None:
    talk = Talk()
    message = talk.send(say())
    assert isinstance(message, NewMessage)
    talk.conversation.not_kept(message)
    assert [(each["code"], each["id"]) for each in talk.answers()] == [("unavailable", "1")]


@pytest.mark.parametrize(("account", "author"), [(None, "m1"), (5, "account 5")])
def test_a_message_is_to_be_taken_back_by_its_author(account: int | None, author: str) -> None:
    talk = Talk(account=account)
    talk.enter()
    message = talk.send(say())
    assert isinstance(message, NewMessage)
    retraction = talk.send({"type": "unsay", "seq": 4, "id": "u"})
    assert retraction == Retraction("r", 4, author, "ann", "u")
    assert message.author == author
    assert talk.answers() == []


@pytest.mark.parametrize(("account", "reactor"), [(None, "guest ann"), (5, "account 5")])
def test_a_reaction_counts_once_for_an_account_or_a_name(account: int | None, reactor: str) -> None:
    talk = Talk(account=account)
    talk.enter()
    assert talk.send(REACT | {"id": "u"}) == Reaction("r", 4, reactor, "ann", "🎉", True, "u")
    assert talk.answers() == []


@pytest.mark.parametrize("frame", [UNSAY, REACT])
def test_without_a_history_no_message_is_changed(frame: Frame) -> None:
    talk = Talk()
    talk.enter(newest=None)
    assert talk.send(frame | {"id": "u"}) is None
    assert [(each["code"], each["id"]) for each in talk.answers()] == [("invalid_field", "u")]


@pytest.mark.parametrize("frame", [UNSAY, REACT])
def test_changes_count_in_the_rate_of_messages(frame: Frame) -> None:
    talk = Talk(rate_limit=Rate(per_second=1, burst=2))
    talk.enter()
    effects = [talk.send(frame | {"seq": number}) for number in (1, 2, 3)]
    assert [effect is None for effect in effects] == [False, False, True]
    assert [each["code"] for each in talk.answers()] == ["rate_limited"]


def test_the_others_get_joined_and_left() -> None:
    talk = Talk()
    joined = talk.enter(count=2, version=7)
    assert frame_of(joined) == {"type": "joined", "user": "ann", "count": 2}
    assert joined is not None
    assert (joined.exclude, joined.version) == ("m1", 7)
    left = talk.conversation.leave(Absence(1, 8))
    assert frame_of(left) == {"type": "left", "user": "ann", "count": 1}
    assert left is not None
    assert left.version == 8


def test_in_a_large_room_no_presence_is_sent() -> None:
    talk = Talk()
    assert talk.enter(count=MOST + 1) is None
    assert talk.conversation.leave(Absence(MOST + 1, 9)) is None
    assert talk.conversation.leave(Absence(MOST, 9)) is not None


def test_the_last_member_leaves_without_a_left() -> None:
    talk = Talk()
    talk.enter()
    assert talk.conversation.leave(Absence(0, 9)) is None


def test_a_member_without_a_joined_leaves_without_a_left() -> None:
    assert Talk().conversation.leave(Absence(1, 9)) is None


def test_newer_frames_that_came_before_the_welcome_follow_it() -> None:
    talk = Talk()
    for seq in (3, 4):
        talk.conversation.inbox.take(wrap(Encoded(str(seq), 1), seq=seq))
    talk.enter(newest=3)
    assert [str(each) for each in talk.answers()] == ["4"]


def test_a_slow_reader_is_evicted_and_gets_no_more_frames() -> None:
    talk = Talk(outbox=NOTHING)
    talk.enter()
    for seq in (4, 5, 6):
        talk.conversation.inbox.take(wrap(Encoded(str(seq), 1), seq=seq))
    assert talk.conversation.ending is not None
    assert talk.conversation.ending.code == CloseCode.TOO_SLOW
    assert talk.ended == 1


def test_the_first_reason_to_close_counts() -> None:
    talk = Talk()
    talk.conversation.end(CloseCode.NOT_SIGNED_IN, "signed out")
    talk.conversation.end(CloseCode.TOO_SLOW)
    assert talk.conversation.ending == Ending(CloseCode.NOT_SIGNED_IN, "signed out")
    assert talk.ended == 1
