"""A port that is chosen for a server stays free until the server takes it."""

import socket

import pytest

from bench.stack import ports
from bench.stack.ports import free_port


def test_the_port_and_its_neighbours_are_free() -> None:
    first = free_port(2)
    for port in range(first, first + 3):
        socket.create_server(("127.0.0.1", port)).close()


def test_a_used_port_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_port(2)
    with socket.create_server(("127.0.0.1", first + 1)):
        choices = iter([first, first + 1, first + 2])
        monkeypatch.setattr("secrets.randbelow", lambda _: next(choices) - ports._FIRST)
        assert free_port() == first
        assert free_port() == first + 2


def test_no_outgoing_connection_is_given_such_a_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        given = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", given)) as client:
            assert min(given, client.getsockname()[1]) >= ports._END
