"""The history over HTTP: pages of messages, and the bytes of images."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from chat_core.history_query import (
    JSON,
    encode_records,
    image_headers,
    no_image,
    read_query,
    read_seq,
)
from fastapi_chat.accounts.dependencies import login_required_unless_guests
from fastapi_chat.dependencies import SAFE_METHODS, ChatDependency

router = APIRouter()


@router.api_route(
    "/api/rooms/{room}/messages",
    methods=SAFE_METHODS,
    dependencies=[Depends(login_required_unless_guests)],
)
async def messages(
    chat: ChatDependency,
    room: str,
    before: Annotated[str | None, Query()] = None,
    limit: Annotated[str | None, Query()] = None,
) -> Response:
    """The last messages of a room, before one or of all; oldest first."""
    query = read_query(room, before, limit)
    return Response(encode_records(room, await chat.history.before(*query)), media_type=JSON)


@router.api_route(
    "/api/rooms/{room}/images/{seq}",
    methods=SAFE_METHODS,
    dependencies=[Depends(login_required_unless_guests)],
)
async def image(chat: ChatDependency, room: str, seq: str) -> Response:
    """The bytes of an image."""
    found = await chat.history.image(room, read_seq(room, seq))
    if found is None:
        raise no_image()
    return Response(found.data, headers=image_headers(found))
