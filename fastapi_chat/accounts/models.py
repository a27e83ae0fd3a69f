"""The tables of accounts, their sessions, and the tickets of sessions."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chat_core import accounts, protocol_limits
from fastapi_chat.database import TABLES, Base, NumberedKey


class Account(Base):
    """A user: a name as it is shown, and a key that no two have in common."""

    __tablename__ = f"{TABLES}account"

    id: Mapped[NumberedKey]
    password: Mapped[str] = mapped_column(String(128))
    username: Mapped[str] = mapped_column(String(protocol_limits.NAME_CODE_POINTS), unique=True)
    key: Mapped[str] = mapped_column(String(accounts.KEY_CODE_POINTS), unique=True)


class Session(Base):
    """A session by its digest; the cookie has what it is of. Times in seconds since the epoch."""

    __tablename__ = f"{TABLES}session"

    key: Mapped[str] = mapped_column(String(accounts.DIGEST_CHARACTERS), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"))
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class Ticket(Base):
    """Good for one handshake, while its session lasts.

    Its session may go before it does, and takes nothing with it: a ticket without one is no good,
    and is swept away like any other.
    """

    __tablename__ = f"{TABLES}ticket"

    key: Mapped[str] = mapped_column(String(accounts.DIGEST_CHARACTERS), primary_key=True)
    session: Mapped[str] = mapped_column(String(accounts.DIGEST_CHARACTERS))
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
