"""Reactions: an emoji of a member is a row, and a count is a count of rows."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chat_core.history import REACTION_BYTES, in_order
from chat_core.history import Reaction as NewReaction
from chat_core.room_quota import full
from chat_core.unavailable import UnknownMessageError
from fastapi_chat.models import Message, Reaction, Room


async def react(
    session: AsyncSession, reaction: NewReaction, most_bytes: int | None
) -> dict[str, int] | None:
    """Put an emoji to a message, or take it away; the room may hold `most_bytes`.

    Returns the counts of the message; None if nothing changed. Raises UnknownMessageError, and
    TooLargeError if the room is full.
    """
    room = await session.scalar(select(Room).filter_by(name=reaction.room).with_for_update())
    found = select(Message.id).filter_by(room=reaction.room, seq=reaction.seq, unsaid=False)
    message_id = await session.scalar(found)
    if room is None or message_id is None:
        raise UnknownMessageError
    named = {"message_id": message_id, "emoji": reaction.emoji, "reactor": reaction.reactor}
    own = await session.scalar(select(Reaction).filter_by(**named))
    if (own is not None) == reaction.on:
        return None
    if own is None:
        room.bytes += REACTION_BYTES
        if most_bytes is not None and room.bytes > most_bytes:
            raise full(most_bytes)
        session.add(Reaction(**named))
    else:
        room.bytes -= REACTION_BYTES
        await session.delete(own)
    return (await counts(session, [message_id])).get(message_id, {})


async def counts(session: AsyncSession, messages: Collection[int]) -> dict[int, dict[str, int]]:
    """The counts of the emojis of these messages, by the messages' keys."""
    rows = (
        select(Reaction.message_id, Reaction.emoji, func.count())
        .where(Reaction.message_id.in_(messages))
        .group_by(Reaction.message_id, Reaction.emoji)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for message, emoji, count in await session.execute(rows):
        found.setdefault(message, []).append((emoji, count))
    return {message: in_order(pairs) for message, pairs in found.items()}
