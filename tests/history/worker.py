"""One process of a chat, asked by lines of JSON: `python -m tests.history.worker CHAT [patient]`.

A line is a list of calls, `[name, argument…]`, made at once; the answer is a list of `{"answer"}`
or `{"unavailable"}` or `{"too_large"}` or `{"unknown"}`, in their order.
"""

import asyncio
import os
import sys
from typing import Any

import httpx
import msgspec

from chat_core import database
from chat_core.history import Kept, NewMessage, Reaction, Retraction
from chat_core.unavailable import TooLargeError, UnavailableError, UnknownMessageError

_PATIENCE_SECONDS = 60.0


class Worker:
    """The application, as a server imports it, and its history."""

    def __init__(self, chat: str) -> None:
        if chat == "django":
            from django_chat.asgi import application
            from django_chat.chat import chat as django_process

            self.application: Any = application
            self.chat: Any = django_process
            self.pragma: Any = django_pragma
        else:
            from fastapi_chat.main import app

            self.application, self.chat = app, app.state.chat
            self.pragma = fastapi_pragma

    async def make(self, calls: list[list[Any]]) -> bytes:
        """Make the calls at once, and encode the answers."""
        return msgspec.json.encode(await asyncio.gather(*(self.call(*call) for call in calls)))

    async def call(self, name: str, *arguments: Any) -> dict[str, Any]:
        """Make one."""
        try:
            return {"answer": await getattr(self, f"call_{name}", self.ask)(name, *arguments)}
        except UnavailableError as exc:
            return {"unavailable": str(exc)}
        except TooLargeError as exc:
            return {"too_large": str(exc)}
        except UnknownMessageError:
            return {"unknown": True}

    async def ask(self, name: str, *arguments: Any) -> Any:
        """Ask the history."""
        return await getattr(self.chat.history, name)(*arguments)

    async def call_append(self, _: str, fields: dict[str, Any]) -> int | None:
        """Append a message; returns its seq, negative if it was kept before."""
        kept: Kept | None = await self.chat.history.append(msgspec.convert(fields, NewMessage))
        if kept is None:
            return None
        return -kept.seq if kept.again else kept.seq

    async def call_unsay(self, _: str, fields: dict[str, Any]) -> bool:
        """Take a message back."""
        done: bool = await self.chat.history.unsay(msgspec.convert(fields, Retraction))
        return done

    async def call_react(self, _: str, fields: dict[str, Any]) -> dict[str, int] | None:
        """Put an emoji to a message, or take it away."""
        reaction = msgspec.convert(fields, Reaction)
        counts: dict[str, int] | None = await self.chat.history.react(reaction)
        return counts

    async def call_get(self, _: str, path: str) -> dict[str, Any]:
        """Ask the application over HTTP."""
        transport = httpx.ASGITransport(self.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get(path)
        return {
            "status": answer.status_code,
            "headers": dict(answer.headers),
            "body": answer.content,
        }

    async def call_pragma(self, _: str, name: str) -> Any:
        """A pragma of the SQLite connection that writes messages."""
        return await self.chat.database.write(self.pragma, name)

    async def stop(self) -> None:
        """Disconnect."""
        await self.chat.history.stop()
        if self.chat.database is not None:
            await self.chat.database.stop()


def django_pragma(name: str) -> Any:
    """Query in a Django thread."""
    from django.db import connection

    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


async def fastapi_pragma(session: Any, name: str) -> Any:
    """Query with a SQLAlchemy session."""
    from sqlalchemy import text

    return (await session.execute(text(f"PRAGMA {name}"))).scalar_one()


def be_patient() -> None:
    """Wait long for the database; call it before the chat is imported.

    With the chat's own limits, some of many calls at once are unavailable on a busy machine.
    """
    database._ANSWER_SECONDS.update(sqlite=_PATIENCE_SECONDS, postgresql=_PATIENCE_SECONDS)
    options: Any = database.POSTGRESQL_OPTIONS
    options["options"] = ""


def main() -> None:
    """Answer every line of input until the input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_chat.settings")
    if "patient" in sys.argv[2:]:
        be_patient()
    worker = Worker(sys.argv[1])
    with asyncio.Runner() as runner:
        for line in sys.stdin.buffer:
            sys.stdout.buffer.write(runner.run(worker.make(msgspec.json.decode(line))) + b"\n")
            sys.stdout.buffer.flush()
        runner.run(worker.stop())


if __name__ == "__main__":
    main()
