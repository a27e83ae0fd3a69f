"""Which consumer takes a WebSocket."""

from typing import Any

from django.conf import settings
from django.urls import re_path

from django_chat.consumers import ChatConsumer
from django_chat.variants.tuned import TunedChatConsumer
from django_chat.variants.tutorial import TutorialChatConsumer

_CONSUMERS = {
    "standard": ChatConsumer,
    "tutorial": TutorialChatConsumer,
    "tuned": TunedChatConsumer,
}

# Channels' URL router takes ASGI applications where Django's stubs know views alone.
chat_consumer: Any = _CONSUMERS[settings.CHAT.variant].as_asgi()

websocket_urlpatterns: list[Any] = [
    re_path(r"(?s)^ws/rooms/(?P<room>.*)\Z", chat_consumer),
]
