"""Invitations over two workers: the database has digests, and one that is expired is worthless."""

import psycopg
import pytest

from bench.stack.stack import Stack
from chat_core import accounts
from tests.accounts.visitor import Visitor, new_name
from tests.attack.measuring import until
from tests.conformance.room import Room

TABLES = {"django-channels": "django_chat_invitation", "fastapi": "fastapi_chat_invitation"}


@pytest.mark.postgres
def test_an_expired_invitation_lets_nobody_in(stack: Stack, visitor: Visitor) -> None:
    visitor.register()
    name = new_name()
    assert visitor.post("rooms", {"room": name, "private": True}).status_code == 201
    token = visitor.post(f"rooms/{name}/invitations").json()["invitation"]
    offered = ["chat.v1", f"invitation.{token}"]
    table = TABLES[stack.arm.framework]
    with Room(stack.url, name) as room, psycopg.connect(stack.history) as database:
        kept = str(database.execute(f"SELECT * FROM {table}").fetchall())
        assert accounts.digest(token) in kept
        assert token not in kept
        room.enter("ann", subprotocols=offered).close()
        database.execute(_EXPIRE[stack.arm.framework])
        database.commit()
        assert room.connect("ann", subprotocols=offered).closed().code == 4403


_EXPIRE = {
    "django-channels": "UPDATE django_chat_invitation SET expires_at = now()",
    "fastapi": "UPDATE fastapi_chat_invitation SET expires_at = extract(epoch FROM now()) - 1",
}


@pytest.mark.postgres
def test_an_account_that_is_let_in_twice_at_once_is_let_in(
    stack: Stack, visitor: Visitor, other: Visitor
) -> None:
    """Two tabs open the same link, and two workers add the same member."""
    visitor.register()
    other.register()
    name = new_name()
    assert visitor.post("rooms", {"room": name, "private": True}).status_code == 201
    token = visitor.post(f"rooms/{name}/invitations").json()["invitation"]
    offered = ["chat.v1", f"invitation.{token}"]
    with Room(stack.url, name) as room, psycopg.connect(stack.history) as database:
        database.execute(_ADD[stack.arm.framework], (name, other.name))
        second = room.connect(None, cookie=other.cookie, subprotocols=offered)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        with psycopg.connect(stack.history, autocommit=True) as watching:
            until(
                lambda: watching.execute(waiting).fetchone() != (0,),
                otherwise="no insert waits for the other",
                meanwhile=lambda: None,
            )
        database.commit()
        assert second.frame()["user"] == other.name


_ADD = {
    "django-channels": (
        "INSERT INTO django_chat_roommember (room_id, account_id) "
        "SELECT %s, id FROM accounts_account WHERE username = %s"
    ),
    "fastapi": (
        "INSERT INTO fastapi_chat_room_member (room, account_id) "
        "SELECT %s, id FROM fastapi_chat_account WHERE username = %s"
    ),
}
