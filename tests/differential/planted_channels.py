"""Mutants of the Channels chat: each function makes one thing wrong in this process."""

import html
import re
from typing import Any

import msgspec

import django_chat.asgi  # noqa: F401  (sets Django up)
from chat_core import conversation, protocol_limits, rooms
from chat_core.codec import Encoded, decode, refused
from chat_core.conversation import Conversation
from chat_core.envelope import Envelope
from chat_core.frames import ClientFrame, ImageFile, Say, SayImage
from chat_core.history import NewMessage
from chat_core.images import decode_image
from chat_core.outbox import Frame, Outbox
from chat_core.replay import encode_message
from chat_core.roster import Absence
from django_chat import history
from django_chat.chat import Chat
from django_chat.consumers import ChatConsumer

_publish = Chat.publish


def text_limit_is_one_less() -> None:
    def decode_less(frame: str | bytes) -> ClientFrame:
        found = decode(frame)
        if isinstance(found, Say) and len(found.text) == protocol_limits.TEXT_CODE_POINTS:
            raise refused("too_long", found.id)
        return found

    _replace(conversation, "decode", decode_less)


def nobody_is_told_who_left() -> None:
    async def publish(chat: Chat, room: str, envelope: Envelope) -> None:
        if not _is(envelope, "left"):
            await _publish(chat, room, envelope)

    _replace(Chat, "publish", publish)


def typing_comes_back() -> None:
    async def publish(chat: Chat, room: str, envelope: Envelope) -> None:
        if _is(envelope, "typing"):
            envelope = msgspec.structs.replace(envelope, exclude="")
        await _publish(chat, room, envelope)

    _replace(Chat, "publish", publish)


def who_vanished_is_counted() -> None:
    disconnect = ChatConsumer.disconnect
    leave = Conversation.leave

    async def disconnect_as(consumer: ChatConsumer, code: int) -> None:
        _replace(consumer.conversation, "vanished", code in (1005, 1006))
        await disconnect(consumer, code)

    def leave_less(of: Conversation, absence: Absence) -> Envelope | None:
        envelope = leave(of, absence)
        if envelope is None or not getattr(of, "vanished", False):
            return envelope
        data = re.sub(r"\d+(?=\}$)", lambda count: str(int(count[0]) + 1), str(envelope.data))
        return msgspec.structs.replace(envelope, data=data)

    _replace(ChatConsumer, "disconnect", disconnect_as)
    _replace(Conversation, "leave", leave_less)


def text_is_escaped_as_html() -> None:
    def encode_escaped(said: NewMessage, seq: int | None) -> Encoded:
        return encode_message(msgspec.structs.replace(said, text=html.escape(said.text)), seq)

    _replace(rooms, "encode_message", encode_escaped)


def history_drops_nul() -> None:
    _replace(history, "without_nul", lambda text: text.replace("\0", ""))


def nothing_is_acknowledged() -> None:
    put = Outbox.put

    def put_no_ack(outbox: Outbox, frame: Frame) -> None:
        if not str(frame.data).startswith('{"type":"ack"'):
            put(outbox, frame)

    _replace(Outbox, "put", put_no_ack)


def images_lose_their_last_byte() -> None:
    def decode_less(frame: bytes, max_bytes: int) -> SayImage:
        said = decode_image(frame, max_bytes)
        mime, name, data = said.image.mime, said.image.name, said.image.data
        return SayImage(said.id, ImageFile(mime, name, data[:-1]))

    _replace(conversation, "decode_image", decode_less)


def _is(envelope: Envelope, kind: str) -> bool:
    return str(envelope.data).startswith(f'{{"type":"{kind}"')


def _replace(where: Any, name: str, by: Any) -> None:
    setattr(where, name, by)
