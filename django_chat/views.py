"""The HTTP side: health, rooms, and the URLs of the chats."""

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from chat_core.unavailable import UnavailableError
from django_chat import FRAMEWORK
from django_chat.accounts.decorators import login_required_unless_guests
from django_chat.chat import chat


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


@require_safe
@login_required_unless_guests
async def rooms(request: HttpRequest) -> JsonResponse:
    """The rooms with members."""
    await chat.start()
    return JsonResponse(msgspec.to_builtins(await chat.roster.rooms()), safe=False)


@require_safe
async def backends(request: HttpRequest) -> JsonResponse:
    """The URLs of both chats and of the companion, for the browser client."""
    told = settings.CHAT
    answer = {"backends": dict(told.backends), "companion": told.companion or None}
    return JsonResponse({"self": FRAMEWORK} | answer)
