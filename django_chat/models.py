"""The tables of the history, and of private rooms."""

from django.conf import settings
from django.db import models

from chat_core import accounts


class Room(models.Model):
    """A room with messages, the seq of the newest one and the bytes of all; or a private room.

    A private room stays private without its owner.
    """

    name = models.TextField(primary_key=True)
    newest = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    private = models.BooleanField(default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)


class RoomMember(models.Model):
    """An account that was let into a private room once; the owner needs no row."""

    room = models.ForeignKey(Room, models.CASCADE, db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "account"], name="django_chat_room_member"),
        )


class Invitation(models.Model):
    """An invitation to a private room, by the digest of its token."""

    key = models.CharField(max_length=accounts.DIGEST_CHARACTERS, primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE)
    expires_at = models.DateTimeField(db_index=True)


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
