"""Secrets: passwords, tokens, the existence of accounts, and the content of the database."""

import asyncio
import re

import argon2
import psycopg
import pytest
from django.contrib.auth import hashers

from bench.stack.stack import Stack
from chat_core import accounts
from fastapi_chat.accounts import passwords
from tests.accounts.visitor import PASSWORD, Visitor, new_name
from tests.conformance.room import Room

LOGINS = 12


def test_a_known_name_costs_as_much_as_an_unknown_one(stack: Stack, visitor: Visitor) -> None:
    """Measured by the servers' CPU time, which other programs on the machine do not change."""
    name = visitor.register().name

    def cost(names: list[str]) -> float:
        before = stack.cpu_seconds().servers
        for each in names:
            assert visitor.enter("login", each, "not the password").status_code == 401
        return stack.cpu_seconds().servers - before

    known = unknown = 0.0
    for _ in range(LOGINS):
        known += cost([name])
        unknown += cost([new_name()])
    assert 0.7 < known / unknown < 1.4


def test_both_chats_hash_alike() -> None:
    ours = hashers.make_password(PASSWORD).removeprefix("argon2")
    theirs = asyncio.run(passwords.make_password(PASSWORD))
    for encoded in (ours, theirs):
        found = argon2.extract_parameters(encoded)
        assert found.type is argon2.Type.ID
        assert (found.time_cost, found.memory_cost, found.parallelism) == (
            accounts.ARGON2_TIME_COST,
            accounts.ARGON2_MEMORY_KIB,
            accounts.ARGON2_PARALLELISM,
        )
        assert asyncio.run(passwords.check_password(PASSWORD, encoded))


def test_nothing_secret_is_logged_or_answered(stack: Stack, visitor: Visitor, room: Room) -> None:
    bodies = [visitor.register(password=PASSWORD).enter("login", visitor.name, f"{PASSWORD}x")]
    ticket = visitor.ticket()
    cookie = visitor.cookie.partition("=")[2]
    for _ in range(2):
        room.connect(None, subprotocols=[ticket]).close()
    room.enter("", cookie=visitor.cookie)
    bodies.append(visitor.http.post("/api/login", content=f'{{"password":"{PASSWORD}"'))
    bodies.append(visitor.enter("register", visitor.name))
    bodies.append(visitor.post("logout"))
    logged = "".join(child.output() for child in stack.children)
    for secret in (PASSWORD, cookie, ticket.removeprefix("ticket.")):
        assert secret not in logged
        assert not any(secret in answer.text for answer in bodies)


@pytest.mark.postgres
def test_nothing_in_a_database_signs_in(stack: Stack, visitor: Visitor, other: Visitor) -> None:
    ticket = visitor.register().ticket().removeprefix("ticket.")
    name, _, cookie = visitor.cookie.partition("=")
    with psycopg.connect(stack.history) as database:
        tables = database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        rows = [database.execute(f'SELECT * FROM "{table}"').fetchall() for (table,) in tables]
    kept = str(rows)
    assert visitor.name in kept
    assert accounts.digest(ticket) in kept
    for secret in (PASSWORD, ticket, cookie):
        assert secret not in kept
    digests = set(re.findall(r"[0-9a-f]{64}", kept))
    assert len(digests) > 1  # the ticket's and the session's
    for each in digests:
        assert other.http.get("/api/me", headers={"Cookie": f"{name}={each}"}).status_code == 401
