"""Guesses at passwords, many at once, from one address that pretends to be many."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.accounts.visitor import PASSWORD

_LIMIT, _ALLOWED = "1/600s", 10
_GUESSES = 60


@pytest.mark.redis
@pytest.mark.parametrize("arm", ["channels-uvicorn-redis", "fastapi-uvicorn-redis"])
def test_many_guesses_at_once_are_counted_one_by_one_in_all_workers(arm: str) -> None:
    """Each under another name: what is left is the limit of the address."""
    settings = {"CHAT_LOGIN_LIMIT": _LIMIT}
    with (
        Stack(find_arm(arm), workers=2, history="sqlite", environ=settings) as stack,
        ThreadPoolExecutor(_GUESSES) as threads,
    ):

        def guess(number: int) -> int:
            body = {"username": f"user-{number}", "password": PASSWORD}
            forged = {"X-Forwarded-For": f"192.0.2.{number}"}
            url = f"{stack.url}/api/login"
            return httpx.post(url, json=body, headers=forged, timeout=60).status_code

        statuses = list(threads.map(guess, range(_GUESSES)))
    assert sorted(statuses) == [401] * _ALLOWED + [429] * (_GUESSES - _ALLOWED)
