"""Daphne with these protocols: a connection ends with its application, and the stop is orderly."""

import asyncio
from functools import partial
from typing import Any

import daphne.server
from daphne.cli import CommandLineInterface
from twisted.internet import defer

from chat_servers.daphne_http import HTTPFactory
from chat_servers.daphne_websocket import WebSocketFactory, WebSocketProtocol
from chat_servers.settings import STOP_SECONDS

# Daphne's `run` makes its factories from these names and cannot be given others.
daphne.server.HTTPFactory = HTTPFactory
daphne.server.WebSocketFactory = WebSocketFactory


class Server(daphne.server.Server):  # type: ignore[misc]  # untyped
    """Daphne's server, with flow control between a connection and its application."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)
        super().listen_success(port)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Start the application for one connection, and return the queue that it receives from."""
        if protocol not in self.connections:
            return None
        is_socket = isinstance(protocol, WebSocketProtocol)
        queue = protocol.make_queue() if is_socket else asyncio.Queue()
        scope.setdefault("asgi", {"version": "3.0"})
        if is_socket:
            scope["extensions"] = {"websocket.http.response": {}}
        application = self.application(
            scope=scope, receive=queue.get, send=partial(self.handle_reply, protocol)
        )
        task = asyncio.ensure_future(application)
        if is_socket:
            task.add_done_callback(partial(self._application_returned, protocol))
        self.connections[protocol]["application_instance"] = task
        return queue

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Send the application's message; on a socket, after earlier data has been written."""
        if not isinstance(protocol, WebSocketProtocol):
            await super().handle_reply(protocol, message)
            return
        if not protocol.writable.is_set():
            await protocol.writable.wait()
        details = self.connections.get(protocol)
        if details is not None and "disconnected" not in details:
            protocol.handle_reply(message)

    def kill_all_applications(self) -> Any:
        """Close all sockets, give the applications a moment to end, and cancel the rest."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._stop_in_order()))

    async def _stop_in_order(self) -> None:
        for port in self._ports:
            port.stopListening()
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol):
                protocol.restart()
        if running := self._running():
            await asyncio.wait(running, timeout=STOP_SECONDS)
        for task in self._running():
            task.cancel()

    def _running(self) -> list[asyncio.Future[None]]:
        found = [each.get("application_instance") for each in self.connections.values()]
        return [task for task in found if task is not None and not task.done()]

    def _application_returned(
        self, protocol: WebSocketProtocol, task: asyncio.Future[None]
    ) -> None:
        # Daphne itself logs the error within a second.
        if not task.cancelled() and task.exception() is None:
            protocol.application_returned()


class CommandLine(CommandLineInterface):  # type: ignore[misc]  # untyped
    """Daphne's command line for this server."""

    server_class = Server
