"""Imports what the services of the chats' image import, so that Python writes it down compiled.

Containers cannot write: without this, each start would compile all of it again. What no start
imports stays as it is, because compiled it would add 18 MB.
"""

import asyncio
import importlib
import os
from typing import Final

import uvloop

MODULES: Final = (
    "chat_servers.daphne_server",
    "chat_servers.make_key",
    "chat_servers.make_password",
    "chat_servers.serve",
    "chat_servers.uvicorn_http",
    "chat_servers.uvicorn_websocket",
    "django.core.management.commands.migrate",
    "django_chat.asgi",
    "django_chat.urls",
    "fastapi_chat.main",
    "fastapi_chat.migrate",
)
SETTINGS: Final = {
    "CHAT_FANOUT": "redis://localhost/0",
    "CHAT_HISTORY": "postgresql://localhost/chat",
    "CHAT_METRICS": "1",
    "CHAT_SECRET_KEY": "signs nothing",
    "DJANGO_SETTINGS_MODULE": "django_chat.settings",
}
"""Nothing is connected; they choose what is imported."""

if __name__ == "__main__":
    os.environ |= SETTINGS
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # before Daphne
    for module in MODULES:
        importlib.import_module(module)
