"""The tables of the history."""

from django.db import models


class Room(models.Model):
    """A room that something was said in: the seq of its newest message, and the bytes of all."""

    name = models.TextField(primary_key=True)
    newest = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)


class Message(models.Model):
    """A text, or the header of an image, which has a `mime`, and a `size` in bytes.

    Texts are as `without_nul` has them.
    """

    room = models.ForeignKey(Room, models.CASCADE, db_index=False, related_name="messages")
    seq = models.BigIntegerField()
    client_id = models.TextField()
    user = models.TextField()
    text = models.TextField()
    at = models.BigIntegerField()
    mime = models.TextField()
    name = models.TextField()
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "seq"], name="django_chat_message_room_seq"),
            models.UniqueConstraint(
                fields=["room", "client_id", "user"], name="django_chat_message_room_id_user"
            ),
        )


class ImageFile(models.Model):
    """An image's bytes, in a table of their own: who reads messages does not read them."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True)
    data = models.BinaryField()

    class Meta:
        db_table = "django_chat_image"
