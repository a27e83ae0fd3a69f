"""The server: `python -m tests.fork_server.server KIND SOCKET`, with the number of an open socket.

A server of the kind `chats` has what chats import, one of the kind `load` what Locust's processes
import: gevent, which comes with Locust, replaces parts of the standard library.
"""

import fcntl
import gc
import importlib
import os
import pkgutil
import runpy
import socket
import sys
import warnings
from collections.abc import Iterator
from os import fork, waitpid  # gevent replaces these, and those of the next line
from time import monotonic, sleep

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
    "picows",
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
LOCUST = (
    "locust.main",  # first: gevent patches the standard library
    "bench.experiments.ceiling",
    "bench.load.orders",
    "bench.load.serving",
    "bench.load.turns",
    "bench.load.written_off",
    "bench.locustfile",
    "websocket",
)
"""What Locust's processes import."""
_BEFORE_THE_CHAT = frozenset({"bench.stack.hurried"})
"""They change this project's modules before a chat imports them, so the chat imports them again."""
_OUT_OF_THE_WAY = 500
"""The number of the socket, where no file is that a new process wants to have."""
_ADOPTED_S = 60.0


def main() -> None:
    """Import what the children need, and start them."""
    kind, number = sys.argv[1], int(sys.argv[2])
    os.dup2(number, _OUT_OF_THE_WAY)
    os.close(number)
    connection = socket.socket(fileno=_OUT_OF_THE_WAY)
    if kind == "load":
        _prepare_load()
    else:
        _prepare_chats()
    gc.collect()
    gc.freeze()
    if serve(connection):
        migrated.end()


def serve(connection: socket.socket) -> bool:
    """Start children until the socket is closed; in a child, run its module.

    Whether this is the server still.
    """
    job = _next_job(connection)
    if job is not None:
        _run(*job)
    return job is None


def _prepare_chats() -> None:
    from chat_servers.settings import websockets_environ  # not before gevent: it imports ssl

    os.environ |= websockets_environ()  # read at the import, as in a server
    for name in (*LIBRARIES, *_modules(), "bench.companion.app"):
        importlib.import_module(name)
    _compress_client()


def _prepare_load() -> None:
    for name in LOCUST:
        importlib.import_module(name)
    import gevent

    # Each process makes a hub: this one has files that a new process would close.
    gevent.get_hub().destroy(destroy_loop=True)


def _compress_client() -> None:
    """Compress the client's files, which a chat does at the first load of its page."""
    from chat_core import client_files

    for file in client_files.CLIENT_DIRECTORY.rglob("*.*"):
        client_files.compress(file)


def _modules() -> Iterator[str]:
    for package in map(importlib.import_module, _PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            name = module.name.removeprefix(package.__name__)
            if name.rpartition(".")[2] not in _PROGRAMS and not name.startswith(_TESTS):
                yield module.name


def _next_job(connection: socket.socket) -> tuple[Start, list[int]] | None:
    """Answer each start with the process' number. Returns in a new process with its start, and in
    the server when the socket is closed.
    """
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
    between = fork()
    if between:
        os.close(writer)
        waitpid(between, 0)
        with open(reader, encoding="utf-8") as said:
            return int(said.read())
    os.close(reader)
    pid = fork()
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
    deadline = monotonic() + _ADOPTED_S
    while os.getppid() != _SERVERS_PARENT:
        if monotonic() > deadline:
            os._exit(1)
        sleep(0.0005)


def _run(start: Start, files: list[int]) -> None:
    _place(files, start.files)
    os.environ.clear()
    os.environ.update(start.environ)
    os.chdir(start.folder)
    if start.strict:
        warnings.simplefilter("error")
    sys.path[0] = start.folder
    sys.argv = ["-m", *start.arguments]
    if start.module in _BEFORE_THE_CHAT:
        _forget_modules()
    database = migrated.new_database(start)
    if database is not None and migrated.copied(start, database):
        return
    runpy.run_module(start.module, run_name="__main__", alter_sys=True)
    if database is not None:
        migrated.keep(start, database)


def _forget_modules() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]:
        del sys.modules[name]


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
