"""Reactions: an emoji of a member is a row, and a count is a count of rows."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Count

from chat_core.history import REACTION_BYTES, Reaction, in_order
from chat_core.room_quota import full
from chat_core.unavailable import UnknownMessageError
from django_chat import models


def react(reaction: Reaction, most_bytes: int | None) -> dict[str, int] | None:
    """Put an emoji to a message, or take it away; the room may hold `most_bytes`.

    Returns the counts of the message; None if nothing changed. Raises UnknownMessageError, and
    TooLargeError if the room is full.
    """
    with transaction.atomic():
        room = models.Room.objects.select_for_update().filter(pk=reaction.room).first()
        message = models.Message.objects.filter(room=room, seq=reaction.seq, unsaid=False).first()
        if room is None or message is None:
            raise UnknownMessageError
        own = message.reactions.filter(emoji=reaction.emoji, reactor=reaction.reactor)
        if own.exists() == reaction.on:
            return None
        if reaction.on:
            room.bytes += REACTION_BYTES
            if most_bytes is not None and room.bytes > most_bytes:
                raise full(most_bytes)
            message.reactions.create(emoji=reaction.emoji, reactor=reaction.reactor)
        else:
            room.bytes -= REACTION_BYTES
            own.delete()
        room.save(update_fields=["bytes"])
        return counts([message.pk]).get(message.pk, {})


def counts(messages: Collection[int]) -> dict[int, dict[str, int]]:
    """The counts of the emojis of these messages, by the messages' keys."""
    rows = models.Reaction.objects.filter(message__in=messages).values_list("message_id", "emoji")
    found: dict[int, list[tuple[str, int]]] = {}
    for message, emoji, count in rows.annotate(Count("pk")):
        found.setdefault(message, []).append((emoji, count))
    return {message: in_order(pairs) for message, pairs in found.items()}
