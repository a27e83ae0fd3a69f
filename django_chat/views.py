"""The HTTP side: health, rooms, and the URLs of the chats."""

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from chat_core.unavailable import UnavailableError
from django_chat import FRAMEWORK
from django_chat.accounts.decorators import login_required_unless_guests
from django_chat.admission import hidden_rooms
from django_chat.chat import chat
from django_chat.private_room_views import make_room


@require_safe
async def healthz(request: HttpRequest) -> JsonResponse:
    """The server's description, and whether all its dependencies answer."""
    try:
        await chat.start()
        await chat.rooms.check()
    except UnavailableError as exc:
        status: dict[str, Any] = {"status": "unavailable", "unavailable": exc.part}
    else:
        status = {"status": "ok"}
    answer = status | msgspec.to_builtins(chat.rooms.server)
    return JsonResponse(answer, status=200 if status["status"] == "ok" else 503)


@require_http_methods(["GET", "HEAD", "POST"])
async def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms with members; or make a private one."""
    return await (make_room(request) if request.method == "POST" else list_rooms(request))


@login_required_unless_guests
async def list_rooms(request: HttpRequest) -> JsonResponse:
    """The rooms with members, without private ones of others."""
    await chat.start()
    found = await chat.roster.rooms()
    hidden = await hidden_rooms(request, [each.room for each in found])
    visible = [each for each in found if each.room not in hidden]
    return JsonResponse(msgspec.to_builtins(visible), safe=False)


@require_safe
async def backends(request: HttpRequest) -> JsonResponse:
    """The URLs of both chats and of the companion, for the browser client."""
    told = settings.CHAT
    answer = {"backends": dict(told.backends), "companion": told.companion or None}
    return JsonResponse({"self": FRAMEWORK} | answer)
