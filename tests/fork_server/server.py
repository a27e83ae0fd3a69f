"""The server: `python -m tests.fork_server.server SOCKET`, with the number of an open socket."""

import fcntl
import gc
import importlib
import os
import pkgutil
import runpy
import socket
import sys
import time
import warnings
from collections.abc import Iterator

from chat_core import client_files
from chat_servers.settings import websockets_environ
from tests.fork_server import migrated
from tests.fork_server.start import Start

LIBRARIES = (
    "alembic.command",
    "alembic.config",
    "argon2",
    "asyncpg",
    "autobahn.twisted.websocket",
    "brotli",
    "channels.consumer",
    "channels.exceptions",
    "channels.layers",
    "channels_redis.core",
    "channels_redis.pubsub",
    "daphne.http_protocol",
    "daphne.ws_protocol",
    "django.core.asgi",
    "django.core.handlers.asgi",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models",
    "django.forms",
    "django.http",
    "django.template.backends.django",
    "django.urls",
    "fastapi",
    "fastapi.openapi.utils",
    "fastapi.staticfiles",
    "hiredis",
    "httpx",
    "msgspec",
    "psycopg",
    "psycopg_pool",
    "pydantic",
    "pydantic_settings",
    "redis.asyncio",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
    "uvicorn.config",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
    "uvicorn.server",
    "uvloop",
)
"""Libraries that chats import, none of which reads settings or starts a thread where imported."""
_PACKAGES = ("chat_core", "fastapi_chat")
"""This project's packages whose modules do the same in every process: `main` alone has settings."""
_PROGRAMS = frozenset({"main", "__main__", "env", "migrate"})
_TESTS = ".tests"
"""A chat's tests import its `main`, which reads the settings."""
_OUT_OF_THE_WAY = 500
"""The number of the socket, where no file is that a new process wants to have."""
_ADOPTED_S = 10.0


def main() -> None:
    """Start children until the socket is closed; in a child, run its module."""
    os.dup2(int(sys.argv[1]), _OUT_OF_THE_WAY)
    os.close(int(sys.argv[1]))
    connection = socket.socket(fileno=_OUT_OF_THE_WAY)
    os.environ |= websockets_environ()  # read at the import, as in a server
    for name in (*LIBRARIES, *_modules()):
        importlib.import_module(name)
    _compress_client()
    gc.collect()
    gc.freeze()
    if (job := _serve(connection)) is not None:
        _run(*job)
    else:
        migrated.end()


def _compress_client() -> None:
    """Compress the client's files, which a chat does at the first load of its page."""
    for file in client_files.CLIENT_DIRECTORY.rglob("*.*"):
        client_files.compress(file)


def _modules() -> Iterator[str]:
    for package in map(importlib.import_module, _PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            name = module.name.removeprefix(package.__name__)
            if name.rpartition(".")[2] not in _PROGRAMS and not name.startswith(_TESTS):
                yield module.name


def _serve(connection: socket.socket) -> tuple[Start, list[int]] | None:
    """Answer each start with the process' number. Returns in a new process with its start."""
    while (job := Start.receive(connection)) is not None:
        start, files = job
        pid = _fork(start)
        if pid is None:
            connection.close()
            return job
        for file in files:
            os.close(file)
        connection.send(str(pid).encode())
    return None


def _fork(start: Start) -> int | None:
    """The number of a new process once it is prepared, or None in it.

    A process between them ends at once, so that the asking process adopts the new one, and can wait
    for it. It is the nearest subreaper (prctl(2)).
    """
    reader, writer = os.pipe()
    between = os.fork()
    if between:
        os.close(writer)
        os.waitpid(between, 0)
        with open(reader, encoding="utf-8") as said:
            return int(said.read())
    os.close(reader)
    pid = os.fork()
    if pid:
        os.write(writer, str(pid).encode())
        os._exit(0)
    _wait_for_parent()
    if start.prepare is not None:
        start.prepare()
    os.close(writer)
    return None


def _wait_for_parent() -> None:
    """Wait until the process that asks is the parent."""
    deadline = time.monotonic() + _ADOPTED_S
    while os.getppid() != _SERVERS_PARENT:
        if time.monotonic() > deadline:
            os._exit(1)
        time.sleep(0.0005)


def _run(start: Start, files: list[int]) -> None:
    _place(files, start.files)
    os.environ.clear()
    os.environ.update(start.environ)
    os.chdir(start.folder)
    if start.strict:
        warnings.simplefilter("error")
    sys.path[0] = start.folder
    sys.argv = ["-m", *start.arguments]
    database = migrated.new_database(start)
    if database is not None and migrated.copied(start, database):
        return
    runpy.run_module(start.module, run_name="__main__", alter_sys=True)
    if database is not None:
        migrated.keep(start, database)


def _place(files: list[int], numbers: tuple[int, ...]) -> None:
    """Give each file its number, and close all others."""
    aside = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY) for file in files]
    os.closerange(3, _OUT_OF_THE_WAY)
    for file, number in zip(aside, numbers, strict=True):
        os.dup2(file, number)
        os.close(file)


_SERVERS_PARENT = os.getppid()

if __name__ == "__main__":
    main()
