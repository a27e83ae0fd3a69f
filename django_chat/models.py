"""The tables of the history."""

from django.db import models


class Room(models.Model):
    """A room with messages: the seq of the newest one, and the bytes of all."""

    name = models.TextField(primary_key=True)
    newest = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)


class Message(models.Model):
    """A text, or the header of an image, which has a `mime`, and a `size` in bytes.

    Texts are stored by `without_nul`. Of a message that was taken back, only the row is left.
    """

    room = models.ForeignKey(Room, models.CASCADE, db_index=False, related_name="messages")
    seq = models.BigIntegerField()
    client_id = models.TextField()
    user = models.TextField()
    author = models.TextField(default="")
    text = models.TextField()
    at = models.BigIntegerField()
    mime = models.TextField()
    name = models.TextField()
    size = models.BigIntegerField(default=0)
    unsaid = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "seq"], name="django_chat_message_room_seq"),
            models.UniqueConstraint(
                fields=["room", "client_id", "user"], name="django_chat_message_room_id_user"
            ),
        )


class Reaction(models.Model):
    """An emoji that a member has put to a message: the reactor is an account or a guest's name."""

    message = models.ForeignKey(Message, models.CASCADE, db_index=False, related_name="reactions")
    emoji = models.TextField()
    reactor = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["message", "emoji", "reactor"], name="django_chat_reaction_once"
            ),
        )


class ImageFile(models.Model):
    """The bytes of an image, in a separate table: queries for messages do not read them."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True)
    data = models.BinaryField()

    class Meta:
        db_table = "django_chat_image"
