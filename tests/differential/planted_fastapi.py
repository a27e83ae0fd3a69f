"""Mutants of the FastAPI chat: each function makes one thing wrong in this process."""

import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import fastapi_chat.main  # noqa: F401  (reads the settings)
from chat_core import conversation, rooms
from chat_core.accounts import digest
from chat_core.close_codes import CloseCode
from chat_core.codec import Encoded, RefusedFrameError, encode
from chat_core.conversation import Conversation, Effect
from chat_core.frames import Error, ImageFile, SayImage, ServerFrame
from chat_core.handshake import Handshake, Identity, RefusedHandshakeError, read_handshake
from chat_core.history import History, NewMessage
from chat_core.history_query import page_size
from chat_core.identity_watch import IdentityWatch
from chat_core.images import decode_image
from chat_core.replay import replay
from chat_core.rooms import Rooms
from fastapi_chat import endpoints, history_api, private_rooms, reactions
from fastapi_chat.accounts import sessions, tickets
from fastapi_chat.accounts.models import Ticket
from fastapi_chat.models import Invitation


def replay_starts_one_later() -> None:
    def replay_less(history: History, room: str, since: int, newest: int) -> AsyncIterator[Encoded]:
        return replay(history, room, since + 1, newest)

    _replace(rooms, "replay", replay_less)


def reactions_are_one_too_many() -> None:
    _replace(reactions, "in_order", lambda counts: {emoji: 1 + count for emoji, count in counts})


def bad_since_is_closed_with_4401() -> None:
    def read_wrong(room: str, since: str | None) -> Handshake:
        try:
            return read_handshake(room, since)
        except RefusedHandshakeError as refusal:
            if since is None:
                raise
            raise RefusedHandshakeError(CloseCode.NOT_SIGNED_IN, refusal.reason) from None

    _replace(endpoints, "read_handshake", read_wrong)


def history_page_is_one_less() -> None:
    def page_less(limit: int | None) -> int:
        return page_size(limit) if limit is None else page_size(limit) - 1

    _replace(history_api, "page_size", page_less)


def errors_have_no_id() -> None:
    def encode_less(frame: ServerFrame) -> Encoded:
        if isinstance(frame, Error):
            frame = Error(frame.code, frame.detail)
        return encode(frame)

    _replace(conversation, "encode", encode_less)


def mime_is_believed() -> None:
    def decode_believing(frame: bytes, max_bytes: int) -> SayImage:
        said = decode_image(frame, max_bytes)
        end = 4 + int.from_bytes(frame[:4], "big")
        mime = json.loads(frame[4:end]).get("mime", "")
        return SayImage(said.id, ImageFile(mime, said.image.name, said.image.data))

    _replace(conversation, "decode_image", decode_believing)


def refused_messages_take_a_seq() -> None:
    take, perform = Conversation._take, Rooms.perform

    def take_refused(of: Conversation, data: str | bytes, now: float, at: int) -> Effect | None:
        try:
            return take(of, data, now, at)
        except RefusedFrameError as refusal:
            of.outbox.put(encode(refusal.error))
            return NewMessage(of.room, of.identity.user, "", at)

    async def perform_refused(chat_rooms: Rooms, of: Conversation, effect: Effect) -> None:
        if isinstance(effect, NewMessage) and not effect.id:
            await chat_rooms.history.append(effect)
        else:
            await perform(chat_rooms, of, effect)

    _replace(Conversation, "_take", take_refused)
    _replace(Rooms, "perform", perform_refused)


def anybody_takes_back() -> None:
    _replace(Identity, "author", lambda _identity, _member: "anybody")


def tickets_are_good_twice() -> None:
    async def redeem(db: AsyncSession, token: str) -> Identity | None:
        found = await db.scalar(select(Ticket.session).where(Ticket.key == digest(token)))
        return None if found is None else await sessions.identity_of(db, found)

    _replace(tickets, "redeem", redeem)


def invitations_are_for_every_room() -> None:
    async def is_invited(db: AsyncSession, _room: str, token: str) -> bool:
        return await db.scalar(select(Invitation.key).limit(1)) is not None and token != ""

    _replace(private_rooms, "is_invited", is_invited)


def sockets_outlive_their_session() -> None:
    async def do_nothing(*_: Any) -> None:
        pass

    _replace(IdentityWatch, "end", do_nothing)
    _replace(IdentityWatch, "check", do_nothing)


def _replace(where: Any, name: str, by: Any) -> None:
    setattr(where, name, by)
