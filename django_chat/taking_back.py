"""Taking back: what a message says is deleted from the database, and its row stays."""

from django.db import transaction

from chat_core.history import REACTION_BYTES, Retraction
from chat_core.unavailable import UnknownMessageError
from django_chat.models import ImageFile, Message, Room


def unsay(retraction: Retraction) -> bool:
    """Delete the text or the image of a message; False if this was done before.

    Raises UnknownMessageError if there is no such message of this author.
    """
    with transaction.atomic():
        # The room first, as a commit does it, so that there is no deadlock.
        room = Room.objects.select_for_update().filter(pk=retraction.room).first()
        message = Message.objects.filter(
            room=room, seq=retraction.seq, author=retraction.author
        ).first()
        if room is None or message is None:
            raise UnknownMessageError
        if message.unsaid:
            return False
        reactions, _ = message.reactions.all().delete()
        room.bytes -= len(message.text.encode()) + message.size + reactions * REACTION_BYTES
        room.save(update_fields=["bytes"])
        ImageFile.objects.filter(message=message).delete()
        message.text = message.mime = message.name = ""
        message.size = 0
        message.unsaid = True
        message.save(update_fields=["text", "mime", "name", "size", "unsaid"])
    return True
