"""Taking back: what a message says is deleted from the database, and its row stays."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from chat_core.history import REACTION_BYTES, Retraction
from chat_core.unavailable import UnknownMessageError
from fastapi_chat.models import ImageFile, Message, Reaction, Room


async def unsay(session: AsyncSession, retraction: Retraction) -> bool:
    """Delete the text or the image of a message; False if this was done before.

    Raises UnknownMessageError if there is no such message of this author.
    """
    # The room first, as a commit does it, so that there is no deadlock.
    room = await session.scalar(select(Room).filter_by(name=retraction.room).with_for_update())
    found = select(Message).filter_by(
        room=retraction.room, seq=retraction.seq, author=retraction.author
    )
    message = await session.scalar(found)
    if room is None or message is None:
        raise UnknownMessageError
    if message.unsaid:
        return False
    gone = delete(Reaction).filter_by(message_id=message.id).returning(Reaction.emoji)
    reactions = len((await session.scalars(gone)).all())
    room.bytes -= len(message.text.encode()) + message.size + reactions * REACTION_BYTES
    await session.execute(delete(ImageFile).filter_by(message_id=message.id))
    message.text = message.mime = message.name = ""
    message.size = 0
    message.unsaid = True
    return True
