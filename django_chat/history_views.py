"""The history over HTTP: pages of messages, and the pictures of images."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

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
from django_chat.chat import chat

Parameters = ParamSpec("Parameters")


def refusing(
    view: Callable[Parameters, Coroutine[Any, Any, HttpResponse]],
) -> Callable[Parameters, Coroutine[Any, Any, HttpResponse]]:
    """Answer a refusal in the words that both chats have for it."""

    @wraps(view)
    async def refuse(*args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        try:
            return await view(*args, **kwargs)
        except (RefusedCallError, UnavailableError) as exc:
            status, body = encode_refusal(exc)
            return HttpResponse(body, JSON, status)

    return refuse


@require_safe
@refusing
async def messages(request: HttpRequest, room: str) -> HttpResponse:
    """The last messages of a room, before one or of all; oldest first."""
    query = read_query(room, request.GET.get("before"), request.GET.get("limit"))
    return HttpResponse(encode_records(room, await chat.history.before(*query)), JSON)


@require_safe
@refusing
async def image(request: HttpRequest, room: str, seq: str) -> HttpResponse:
    """The picture of an image."""
    picture = await chat.history.picture(room, read_seq(room, seq))
    if picture is None:
        raise no_picture()
    return HttpResponse(picture.data, headers=picture_headers(picture))
