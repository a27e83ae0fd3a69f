"""The history over HTTP: pages of messages, and the bytes of images."""

from fastapi import APIRouter, Depends, Response

from chat_core.history_query import JSON, encode_records, image_headers, no_image, page_size
from fastapi_chat.accounts.dependencies import login_required_unless_guests
from fastapi_chat.admission import ReaderDependency
from fastapi_chat.dependencies import SAFE_METHODS, ChatDependency
from fastapi_chat.schemas import (
    Before,
    ImageReference,
    Limit,
    Message,
    Room,
    Seq,
    failures,
)

router = APIRouter(dependencies=[Depends(login_required_unless_guests)])


@router.api_route(
    "/api/rooms/{room}/messages",
    methods=SAFE_METHODS,
    response_model=list[Message | ImageReference],
    responses=failures(400, 401, 404, 503),
)
async def messages(
    chat: ChatDependency,
    reader: ReaderDependency,
    room: Room,
    before: Before | None = None,
    limit: Limit | None = None,
) -> Response:
    """The last messages of a room, before a seq or of all; oldest first."""
    await reader.check(room)
    records = await chat.history.before(room, before, page_size(limit))
    # Already encoded: a response model would decode and encode each message again.
    return Response(encode_records(records), media_type=JSON)


@router.api_route(
    "/api/rooms/{room}/images/{seq}",
    methods=SAFE_METHODS,
    response_class=Response,
    responses=failures(401, 404, 503) | {200: {"content": {"image/*": {}}}},
)
async def image(chat: ChatDependency, reader: ReaderDependency, room: Room, seq: Seq) -> Response:
    """The bytes of an image."""
    await reader.check(room)
    found = await chat.history.image(room, seq)
    if found is None:
        raise no_image()
    return Response(found.data, headers=image_headers(found))
