"""The accounts of the users that sign in: a few for each Locust process and chat."""

import secrets
from typing import Any, Final
from weakref import WeakKeyDictionary

from gevent.lock import Semaphore
from locust.clients import HttpSession

from bench.load.chat_load import ChatLoad

_MOST: Final = 5
"""A chat lets one address register only so often, so that users share accounts."""
_PASSWORD: Final = "a long password of a load test"
_OK: Final = 200


class AccountError(Exception):
    """A chat gave no account or no ticket; the text is one sentence."""


class Accounts:
    """Registers accounts as they are needed, and takes tickets of them in turn."""

    def __init__(self, environment: Any, load: ChatLoad) -> None:
        self._environment = environment
        self._url = load.options.url
        self._named = load.named
        self._sessions: list[HttpSession] = []
        self._turn = 0
        self._registering = Semaphore()

    def ticket(self) -> str:
        """A new ticket. Raises AccountError."""
        with self._registering:
            if len(self._sessions) < _MOST:
                self._sessions.append(self._registered())
        self._turn += 1
        session = self._sessions[self._turn % len(self._sessions)]
        return str(self._asked(session, "/api/ticket", None)["ticket"])

    def _registered(self) -> HttpSession:
        events = self._environment.events
        session = HttpSession(base_url=self._url, request_event=events.request, user=None)
        name = f"load-{secrets.token_hex(4)}"
        self._asked(session, "/api/register", {"username": name, "password": _PASSWORD})
        return session

    def _asked(self, session: HttpSession, path: str, body: dict[str, str] | None) -> Any:
        with session.post(path, json=body, name=self._named(path), catch_response=True) as answer:
            if answer.status_code != _OK:
                words = f"{path} was answered with HTTP {answer.status_code}"
                answer.failure(words)
                raise AccountError(f"{self._url} gave no account: {words}")
            return answer.json()


_OF_LOADS: WeakKeyDictionary[ChatLoad, Accounts] = WeakKeyDictionary()


def accounts_of(environment: Any, load: ChatLoad) -> Accounts:
    """The accounts of a test, which end with its load."""
    return _OF_LOADS.setdefault(load, Accounts(environment, load))
