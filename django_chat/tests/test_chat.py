"""Cases of the chat; `fastapi_chat/tests` has the same."""

import pytest
from channels.testing import WebsocketCommunicator
from django.test import AsyncClient

from django_chat.accounts.models import Account
from django_chat.asgi import application
from django_chat.tests.conftest import PATIENCE, Enter, close_code, next_frame

pytestmark = pytest.mark.asyncio

SAY = {"type": "say", "id": "1", "text": "hello"}


async def test_the_welcome_comes_first(enter: Enter) -> None:
    ann = await enter()
    welcome = await ann.receive_json_from(PATIENCE)
    assert (welcome["type"], welcome["user"], welcome["room"]) == ("welcome", "ann", "tea")


async def test_a_message_reaches_every_member(enter: Enter) -> None:
    ann, bob = await enter(), await enter("/ws/rooms/tea?name=bob")
    await ann.send_json_to(SAY)
    for member in (ann, bob):
        message = await next_frame(member, "message")
        assert (message["user"], message["text"]) == ("ann", "hello")


async def test_the_others_hear_who_comes_and_goes(enter: Enter) -> None:
    ann = await enter()
    await next_frame(ann, "welcome")
    bob = await enter("/ws/rooms/tea?name=bob")
    assert await next_frame(ann, "joined") == {"type": "joined", "user": "bob", "count": 2}
    await bob.disconnect(timeout=PATIENCE)
    assert await next_frame(ann, "left") == {"type": "left", "user": "bob", "count": 1}


async def test_a_wrong_frame_gets_an_error_and_the_connection_lives(enter: Enter) -> None:
    ann = await enter()
    await ann.send_to(text_data="no JSON")
    assert (await next_frame(ann, "error"))["code"] == "bad_json"
    await ann.send_json_to({"type": "ping", "id": "p"})
    assert await next_frame(ann, "pong") == {"type": "pong", "id": "p"}


async def test_a_wrong_room_is_closed_with_4400(enter: Enter) -> None:
    assert await close_code(await enter("/ws/rooms/no%20room?name=ann")) == 4400


async def test_an_ended_session_is_closed_with_4401(enter: Enter) -> None:
    ann = await enter("/ws/rooms/tea", cookie="chat_channels_session=ended")
    assert await close_code(ann) == 4401


@pytest.mark.django_db(transaction=True)
async def test_a_page_of_another_origin_is_refused_before_accept() -> None:
    headers = [(b"host", b"localhost"), (b"origin", b"https://other.example")]
    page = WebsocketCommunicator(application, "/ws/rooms/tea?name=ann", headers)
    assert (await page.connect(PATIENCE))[0] is False


async def test_a_message_is_kept_and_replayed(enter: Enter) -> None:
    ann = await enter()
    await ann.send_json_to(SAY)
    assert (await next_frame(ann, "ack"))["seq"] == 1
    bob = await enter("/ws/rooms/tea?name=bob&since=0")
    assert (await next_frame(bob, "message"))["text"] == "hello"


async def test_the_history_is_there_over_http(enter: Enter, async_client: AsyncClient) -> None:
    ann = await enter()
    await ann.send_json_to(SAY)
    await next_frame(ann, "ack")
    response = await async_client.get("/api/rooms/tea/messages")
    assert [message["text"] for message in response.json()] == ["hello"]


async def test_a_message_is_taken_back(enter: Enter, async_client: AsyncClient) -> None:
    ann, bob = await enter(), await enter("/ws/rooms/tea?name=bob")
    await ann.send_json_to(SAY)
    await ann.send_json_to({"type": "unsay", "seq": 1})
    assert await next_frame(bob, "unsaid") == {"type": "unsaid", "seq": 1, "user": "ann"}
    (message,) = (await async_client.get("/api/rooms/tea/messages")).json()
    assert (message["text"], message["unsaid"]) == ("", True)


async def test_a_reaction_is_counted(enter: Enter, async_client: AsyncClient) -> None:
    ann, bob = await enter(), await enter("/ws/rooms/tea?name=bob")
    await ann.send_json_to(SAY)
    await next_frame(bob, "message")
    await bob.send_json_to({"type": "react", "seq": 1, "emoji": "🎉", "on": True})
    told = await next_frame(ann, "reactions")
    assert (told["user"], told["counts"]) == ("bob", {"🎉": 1})
    (message,) = (await async_client.get("/api/rooms/tea/messages")).json()
    assert message["reactions"] == {"🎉": 1}


async def test_a_private_room_takes_an_invitation(enter: Enter, async_client: AsyncClient) -> None:
    await async_client.aforce_login(await Account.objects.acreate(username="Ann"))
    body = {"room": "den", "private": True}
    made = await async_client.post("/api/rooms", body, "application/json")
    assert made.status_code == 201
    assert await close_code(await enter("/ws/rooms/den?name=bob")) == 4403
    invited = await async_client.post("/api/rooms/den/invitations")
    offered = ["chat.v1", f"invitation.{invited.json()['invitation']}"]
    bob = await enter("/ws/rooms/den?name=bob", subprotocols=offered)
    assert (await next_frame(bob, "welcome"))["room"] == "den"


async def test_a_signed_in_user_is_the_member(enter: Enter, async_client: AsyncClient) -> None:
    await async_client.aforce_login(await Account.objects.acreate(username="Ann"))
    assert (await async_client.get("/api/me")).json() == {"username": "Ann"}
    cookies = async_client.cookies.output(header="", sep=";").strip()
    ann = await enter("/ws/rooms/tea", cookie=cookies)
    assert (await next_frame(ann, "welcome"))["user"] == "Ann"
