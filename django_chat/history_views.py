"""The history over HTTP: pages of messages, and the pictures of images."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chat_core.history_query import (
    JSON,
    encode_records,
    no_picture,
    picture_headers,
    read_query,
    read_seq,
)
from django_chat.accounts.decorators import login_required_unless_guests
from django_chat.chat import chat


@require_safe
@login_required_unless_guests
async def messages(request: HttpRequest, room: str) -> HttpResponse:
    """The last messages of a room, before one or of all; oldest first."""
    query = read_query(room, request.GET.get("before"), request.GET.get("limit"))
    return HttpResponse(encode_records(room, await chat.history.before(*query)), JSON)


@require_safe
@login_required_unless_guests
async def image(request: HttpRequest, room: str, seq: str) -> HttpResponse:
    """The picture of an image."""
    picture = await chat.history.picture(room, read_seq(room, seq))
    if picture is None:
        raise no_picture()
    return HttpResponse(picture.data, headers=picture_headers(picture))
