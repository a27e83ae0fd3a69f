"""A server process in a container inherits no socket: it listens on an address itself."""

import socket
import subprocess
import sys

import pytest

from chat_servers import serve
from chat_servers.serve import listening_descriptor

_COMMANDS = {
    "daphne": ("daphne", "django_chat.asgi:application"),
    "uvicorn": ("uvicorn", "fastapi_chat.main:app"),
}


def test_it_listens_on_the_address() -> None:
    with (
        socket.socket(fileno=listening_descriptor("127.0.0.1:0")) as listener,
        socket.create_connection(listener.getsockname(), timeout=30) as client,
        listener.accept()[0] as accepted,
    ):
        assert accepted.getpeername() == client.getsockname()


def test_a_number_is_an_inherited_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as inherited:
        assert listening_descriptor(str(inherited.fileno())) == inherited.fileno()


@pytest.mark.parametrize("name", _COMMANDS)
def test_a_taken_port_is_one_sentence_and_an_exit_code(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        _assert_refused(name, f"127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize("where", ["127.0.0.1:http", "127.0.0.1:70000", "203.0.113.1:8001"])
def test_an_invalid_address_is_one_sentence_too(where: str) -> None:
    _assert_refused("uvicorn", where)


def test_a_server_that_is_not_installed_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["", "granian", "django_chat.asgi:application", "127.0.0.1:0"])
    with pytest.raises(SystemExit, match=r"^granian is not installed: it is in the extra"):
        serve.main()


def _assert_refused(name: str, where: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "chat_servers", *_COMMANDS[name], where],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith(f"{where} cannot be listened on: ")
