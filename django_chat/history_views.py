"""The history over HTTP: pages of messages, and the bytes of images."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chat_core.history_query import (
    JSON,
    encode_records,
    image_headers,
    no_image,
    read_query,
    read_seq,
)
from django_chat.accounts.decorators import login_required_unless_guests
from django_chat.admission import check_reader
from django_chat.chat import chat


@require_safe
@login_required_unless_guests
async def messages(request: HttpRequest, room: str) -> HttpResponse:
    """The last messages of a room, before a seq or of all; oldest first."""
    query = read_query(room, request.GET.get("before"), request.GET.get("limit"))
    await check_reader(request, room)
    return HttpResponse(encode_records(await chat.history.before(*query)), JSON)


@require_safe
@login_required_unless_guests
async def image(request: HttpRequest, room: str, seq: str) -> HttpResponse:
    """The bytes of an image."""
    number = read_seq(room, seq)
    await check_reader(request, room)
    found = await chat.history.image(room, number)
    if found is None:
        raise no_image()
    return HttpResponse(found.data, headers=image_headers(found))
