"""The history over HTTP: pages of messages, and the pictures of images."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, ParamSpec

from fastapi import APIRouter, Query, Response

from chat_core.accounts import RefusedCallError
from chat_core.history_query import (
    JSON,
    encode_records,
    encode_refusal,
    no_picture,
    picture_headers,
    read_query,
    read_seq,
)
from chat_core.unavailable import UnavailableError
from fastapi_chat.dependencies import SAFE_METHODS, ChatDependency

Parameters = ParamSpec("Parameters")

router = APIRouter()


def refusing(
    endpoint: Callable[Parameters, Awaitable[Response]],
) -> Callable[Parameters, Awaitable[Response]]:
    """Answer a refusal in the words that both chats have for it."""

    @wraps(endpoint)
    async def refuse(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Response:
        try:
            return await endpoint(*args, **kwargs)
        except (RefusedCallError, UnavailableError) as exc:
            status, body = encode_refusal(exc)
            return Response(body, status, media_type=JSON)

    return refuse


@router.api_route("/api/rooms/{room}/messages", methods=SAFE_METHODS)
@refusing
async def messages(
    chat: ChatDependency,
    room: str,
    before: Annotated[str | None, Query()] = None,
    limit: Annotated[str | None, Query()] = None,
) -> Response:
    """The last messages of a room, before one or of all; oldest first."""
    query = read_query(room, before, limit)
    return Response(encode_records(room, await chat.history.before(*query)), media_type=JSON)


@router.api_route("/api/rooms/{room}/images/{seq}", methods=SAFE_METHODS)
@refusing
async def image(chat: ChatDependency, room: str, seq: str) -> Response:
    """The picture of an image."""
    picture = await chat.history.picture(room, read_seq(room, seq))
    if picture is None:
        raise no_picture()
    return Response(picture.data, headers=picture_headers(picture))
