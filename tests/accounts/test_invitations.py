"""Invitations over two workers: the database has digests, and one that is expired is worthless."""

import psycopg
import pytest

from bench.stack.stack import Stack
from chat_core import accounts
from tests.accounts.visitor import Visitor, new_name
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
