"""The tables of accounts, their sessions, and the tickets of sessions."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chat_core import accounts, protocol_limits
from fastapi_chat.database import TABLES, Base, NumberedKey


class Account(Base):
    """A user: a name as it is shown, and a unique key."""

    __tablename__ = f"{TABLES}account"

    id: Mapped[NumberedKey]
    password: Mapped[str] = mapped_column(String(128))
    username: Mapped[str] = mapped_column(String(protocol_limits.NAME_CODE_POINTS), unique=True)
    key: Mapped[str] = mapped_column(String(accounts.KEY_CODE_POINTS), unique=True)


class Session(Base):
    """A session by the digest of its cookie. Times are in seconds since the epoch."""

    __tablename__ = f"{TABLES}session"

    key: Mapped[str] = mapped_column(String(accounts.DIGEST_CHARACTERS), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"))
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class Ticket(Base):
    """Valid for one handshake, as long as its session lasts.

    A session may be deleted without its tickets. A ticket without a session is not valid, and is
    swept like any other.
    """

    __tablename__ = f"{TABLES}ticket"

    key: Mapped[str] = mapped_column(String(accounts.DIGEST_CHARACTERS), primary_key=True)
    session: Mapped[str] = mapped_column(String(accounts.DIGEST_CHARACTERS))
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
