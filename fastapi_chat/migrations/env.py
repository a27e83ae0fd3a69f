"""How Alembic reaches the database: by the chat's setting and engine."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection

from chat_core.settings import Settings, SettingsError
from fastapi_chat import models  # noqa: F401  (registers its tables)
from fastapi_chat.accounts import models as account_models  # noqa: F401
from fastapi_chat.database import TABLES, Base, make_engine
from fastapi_chat.fanout import FANOUTS, VARIANTS


def include_name(name: str | None, kind: str, _: object) -> bool:
    """Whether a table belongs to this chat, not to the other chat in the same database."""
    return kind != "table" or (name or "").startswith(TABLES)


def migrate(connection: Connection) -> None:
    """Run the revisions in one transaction."""
    context.configure(
        connection,
        target_metadata=Base.metadata,
        version_table=f"{TABLES}alembic_version",
        include_name=include_name,
        render_as_batch=True,  # SQLite supports few changes of a table
    )
    with context.begin_transaction():
        context.run_migrations()


async def run(settings: Settings) -> None:
    """Connect and migrate."""
    engine = make_engine(settings)
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


try:
    chat_settings = Settings.from_environ(os.environ, FANOUTS, VARIANTS)
except SettingsError as error:
    raise SystemExit(str(error)) from None
if chat_settings.history_kind == "off":
    raise SystemExit("CHAT_HISTORY is off: there is no database to migrate")
asyncio.run(run(chat_settings))
