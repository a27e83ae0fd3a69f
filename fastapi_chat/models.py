"""The tables of the history."""

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fastapi_chat.database import TABLES, Base, NumberedKey


class Room(Base):
    """A room with messages: the seq of the newest one, and the bytes of all."""

    __tablename__ = f"{TABLES}room"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    newest: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")


class Message(Base):
    """A text, or the header of an image, which has a `mime`, and a `size` in bytes.

    Texts are stored by `without_nul`. Of a message that was taken back, only the row is left.
    """

    __tablename__ = f"{TABLES}message"
    __table_args__ = (
        UniqueConstraint("room", "seq", name=f"{TABLES}message_room_seq"),
        Index(f"{TABLES}message_room_id_user", "room", "client_id", "user", unique=True),
    )

    id: Mapped[NumberedKey]
    room: Mapped[str] = mapped_column(ForeignKey(Room.name, ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BigInteger)
    client_id: Mapped[str] = mapped_column(Text)
    user: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text, server_default="")
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger, server_default="0")
    unsaid: Mapped[bool] = mapped_column(server_default=false())


class Reaction(Base):
    """An emoji that a member has put to a message: the reactor is an account or a guest's name."""

    __tablename__ = f"{TABLES}reaction"

    message_id: Mapped[int] = mapped_column(
        ForeignKey(Message.id, ondelete="CASCADE"), primary_key=True
    )
    emoji: Mapped[str] = mapped_column(Text, primary_key=True)
    reactor: Mapped[str] = mapped_column(Text, primary_key=True)


class ImageFile(Base):
    """The bytes of an image, in a separate table: queries for messages do not read them."""

    __tablename__ = f"{TABLES}image"

    message_id: Mapped[int] = mapped_column(
        ForeignKey(Message.id, ondelete="CASCADE"), primary_key=True
    )
    data: Mapped[bytes] = mapped_column(LargeBinary)
    message: Mapped[Message] = relationship()
