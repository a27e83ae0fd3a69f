"""The routes of WebSockets."""

from typing import Any

from channels.routing import URLRouter
from django.conf import settings
from django.urls import re_path

from django_chat.consumers import ChatConsumer
from django_chat.variants.tuned import TunedChatConsumer
from django_chat.variants.tutorial import TutorialChatConsumer

_CONSUMERS = {
    "standard": ChatConsumer,
    "stock": ChatConsumer,
    "tutorial": TutorialChatConsumer,
    "tuned": TunedChatConsumer,
}


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    """Refuse an unknown path. Channels' router would raise, which gives HTTP 500."""
    await receive()
    await send({"type": "websocket.close"})  # before accept: HTTP 403


# Channels' URL router accepts ASGI applications, but Django's stubs know only views.
chat_consumer: Any = _CONSUMERS[settings.CHAT.variant].as_asgi()

websocket_urlpatterns: list[Any] = [
    re_path(r"(?s)^ws/rooms/(?P<room>.*)\Z", chat_consumer),
    re_path("", refuse),  # type: ignore[arg-type]  # as above
]


class RoomRouter(URLRouter):
    """Takes a path as it is; Channels' own drops every slash in front."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        serve = refuse if scope["path"].startswith("//") else super().__call__
        await serve(scope, receive, send)


router = RoomRouter(websocket_urlpatterns)
