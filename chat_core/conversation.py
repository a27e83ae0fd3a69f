"""One member's conversation with a room: frames and times in, frames and effects out.

Nothing here waits, and nothing here knows a framework, a socket or a clock. A chat gives the
conversation what arrives; it performs the effects that the conversation asks for; and it sends what
waits in the outbox.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec import UnsetType

from chat_core import protocol_limits
from chat_core.close_codes import REASONS, CloseCode
from chat_core.codec import RefusedFrameError, decode, encode, refused
from chat_core.envelope import Envelope, wrap
from chat_core.frames import (
    Ack,
    ClientFrame,
    ImageFile,
    Joined,
    Left,
    Ping,
    Pong,
    React,
    SayImage,
    Typing,
    Unsay,
    UserTyping,
    Welcome,
)
from chat_core.handshake import Handshake, Identity
from chat_core.history import Change, NewMessage, Reaction, Retraction
from chat_core.images import decode_image
from chat_core.inbox import Inbox
from chat_core.outbox import Outbox
from chat_core.rate_limit import MemberRates, TokenBucket
from chat_core.roster import Absence
from chat_core.settings import Settings

Effect = NewMessage | Envelope | Change
"""A message that must be kept and published to the room, a frame that is only published, or a
change of a kept message."""

_NOT_YOURS: Final = "seq takes the number of a message of yours in this room"
_NOT_THERE: Final = "seq takes the number of a message in this room that was not taken back"
_NOT_CERTAIN: Final = "it is not certain that this was done: try again"


class Ending(NamedTuple):
    """Why the chat closes the connection: a close code and a reason text."""

    code: int
    reason: str


class Conversation:
    """Decides what one member may send, what is answered, and what reaches the member.

    `member` is unique over all processes. All conversations from one address share `address_bytes`.
    `now` is in seconds of a monotonic clock. `ended` is called once, when there is a reason to
    close the connection; it must not wait.
    """

    def __init__(
        self,
        member: str,
        handshake: Handshake,
        identity: Identity,
        settings: Settings,
        address_bytes: TokenBucket,
        now: float,
        ended: Callable[[], None],
    ) -> None:
        self.member = member
        self.room = handshake.room
        self.since = handshake.since
        self.let_in = handshake.private
        """Whether the member may enter a private room."""
        self.identity = identity
        self.ending: Ending | None = None
        self.newest: int | None = None
        """The seq of the room's newest message in the welcome; None without a history."""
        self.present = False
        """Whether the member may be in the roster."""
        self.entered = False
        """Whether the others have got a `joined` of this member, or the room is too large."""
        self.outbox = Outbox(settings.outbox, self._overflow)
        self.inbox = Inbox(member, self.outbox)
        self._author = identity.author(member)
        self._most_image_bytes = settings.max_image_bytes
        self._rates = MemberRates(settings.rate_limit, settings.byte_rate, now)
        self._address_bytes = address_bytes
        self._ended = ended

    # Coming and going.

    def enter(self, welcome: Welcome, version: int) -> Envelope | None:
        """Begin with a welcome of this version of the roster. Returns the `joined` for the others.

        Returns None for a large room. Frames that arrived before the welcome, and are newer than
        the welcome, go to the outbox now.
        """
        self.newest = welcome.seq
        self.inbox.open(welcome.seq, version)
        if welcome.count > protocol_limits.PRESENCE_MEMBERS:
            return None
        joined = encode(Joined(self.identity.user, welcome.count))
        return wrap(joined, exclude=self.member, version=version)

    def leave(self, absence: Absence) -> Envelope | None:
        """End without a close. Returns the `left` for the others, or None."""
        audience = 0 < absence.count <= protocol_limits.PRESENCE_MEMBERS
        if not self.entered or absence.told or not audience:
            return None
        left = encode(Left(self.identity.user, absence.count))
        return wrap(left, version=absence.version)

    def end(self, code: int, reason: str = "") -> None:
        """Close the connection. Only the first reason counts."""
        if self.ending is None:
            self.ending = Ending(code, reason or REASONS[code])
            self._ended()

    def sign_out(self) -> None:
        """Close the connection, because the identity has ended."""
        self.end(CloseCode.NOT_SIGNED_IN, self.identity.end_reason)

    # What the member sends.

    def receive(self, data: str | bytes, now: float, at: int) -> Effect | None:
        """Handle a text or a binary frame; answers go to the outbox. Returns the effect, or None.

        `at` is the time in milliseconds since the epoch.
        """
        if self.ending is not None:
            return None
        try:
            return self._take(data, now, at)
        except RefusedFrameError as refusal:
            if self._rates.refusals.take(now):
                self.outbox.put(encode(refusal.error))
            else:
                self.end(CloseCode.POLICY_VIOLATION)
            return None

    def kept(self, message: NewMessage, seq: int | None) -> None:
        """The message reached the room, and the history if there is one."""
        if seq is not None:
            self.outbox.put(encode(Ack(message.id, seq)))

    def not_kept(self, message: NewMessage) -> None:
        """It is not certain that the message was kept."""
        self.outbox.put(encode(refused("unavailable", message.id).error))

    def too_large(self, message: NewMessage | Change, detail: str) -> None:
        """The message, or the reaction, is too large for the fan-out or for the history."""
        self.outbox.put(encode(refused("too_large", message.id, detail).error))

    def not_changed(self, change: Change) -> None:
        """The history has no such message, or this member may not change it."""
        self.outbox.put(encode(_no_message(change).error))

    def not_certain(self, change: Change) -> None:
        """It is not certain that the message was changed."""
        self.outbox.put(encode(refused("unavailable", change.id, _NOT_CERTAIN).error))

    def _take(self, data: str | bytes, now: float, at: int) -> Effect | None:
        affordable = self._affordable(data, now)
        frame = self._decode(data)
        if isinstance(frame, Typing):
            return self._typing(now) if affordable else None
        if not affordable:
            raise refused("rate_limited", frame.id)
        if isinstance(frame, Ping):
            self.outbox.put(encode(Pong(frame.id)))
            return None
        if isinstance(frame, SayImage):
            return self._say(frame.id, now, at, image=frame.image)
        if isinstance(frame, Unsay | React):
            return self._change(frame, now)
        return self._say(frame.id, now, at, frame.text)

    def _decode(self, data: str | bytes) -> ClientFrame | SayImage:
        if isinstance(data, str):
            return decode(data)
        return decode_image(data, self._most_image_bytes)

    def _affordable(self, data: str | bytes, now: float) -> bool:
        size = _bytes_in(data)
        return self._rates.bytes.take(now, size) and self._address_bytes.take(now, size)

    def _say(
        self, said_id: str, now: float, at: int, text: str = "", image: ImageFile | None = None
    ) -> NewMessage:
        self._count(said_id, now)
        user = self.identity.user
        return NewMessage(self.room, user, said_id, at, text, image, self._author)

    def _change(self, frame: Unsay | React, now: float) -> Change:
        self._count(frame.id, now)
        room, seq, user = self.room, frame.seq, self.identity.user
        change: Change
        if isinstance(frame, Unsay):
            change = Retraction(room, seq, self._author, user, frame.id)
        else:
            reactor = self.identity.reactor
            change = Reaction(room, seq, reactor, user, frame.emoji, frame.on, frame.id)
        if self.newest is None:  # without a history no message has a seq
            raise _no_message(change)
        return change

    def _count(self, frame_id: str | UnsetType, now: float) -> None:
        """Count a message, or a change of one, in the rate. Raises RefusedFrameError."""
        if not self._rates.messages.take(now):
            raise refused("rate_limited", frame_id)

    def _typing(self, now: float) -> Envelope | None:
        if not self._rates.typing.take(now):
            return None
        return wrap(encode(UserTyping(self.identity.user)), exclude=self.member)

    def _overflow(self) -> None:
        self.end(CloseCode.TOO_SLOW)


def _no_message(change: Change) -> RefusedFrameError:
    detail = _NOT_YOURS if isinstance(change, Retraction) else _NOT_THERE
    return refused("invalid_field", change.id, detail)


def _bytes_in(data: str | bytes) -> int:
    """The size of a frame in bytes (of UTF-8 for a text)."""
    if isinstance(data, bytes) or data.isascii():
        return len(data)
    return len(data.encode("utf-8", "surrogatepass"))
