"""The tables of the history, and of private rooms."""

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chat_core import accounts
from fastapi_chat.accounts.models import Account
from fastapi_chat.database import TABLES, Base, NumberedKey


class Room(Base):
    """A room with messages, the seq of the newest one and the bytes of all; or a private room.

    `owner_id` is an account's: without a foreign key, for no account is ever deleted here.
    """

    __tablename__ = f"{TABLES}room"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    newest: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    private: Mapped[bool] = mapped_column(server_default=false())
    owner_id: Mapped[int | None] = mapped_column(BigInteger, index=True)


class RoomMember(Base):
    """An account that was let into a private room once; the owner needs no row."""

    __tablename__ = f"{TABLES}room_member"

    room: Mapped[str] = mapped_column(ForeignKey(Room.name, ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey(Account.id, ondelete="CASCADE"), primary_key=True
    )


class Invitation(Base):
    """An invitation to a private room, by the digest of its token. Times are in seconds."""

    __tablename__ = f"{TABLES}invitation"

    key: Mapped[str] = mapped_column(String(accounts.DIGEST_CHARACTERS), primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey(Room.name, ondelete="CASCADE"), index=True)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


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
