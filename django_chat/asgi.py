"""The ASGI application, for any ASGI server: `daphne django_chat.asgi:application`."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_chat.settings")
# Django must be set up before imports that need its settings.
http_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from chat_core.body_limit import BodyLimitMiddleware  # noqa: E402
from chat_core.metrics import with_metrics  # noqa: E402
from django_chat.accounts.middleware import account_middleware_stack  # noqa: E402
from django_chat.chat import chat  # noqa: E402
from django_chat.lifespan import lifespan  # noqa: E402
from django_chat.middleware import (  # noqa: E402
    HandshakeRateMiddleware,
    HostMiddleware,
    OriginMiddleware,
)
from django_chat.routing import router  # noqa: E402

limited_application = BodyLimitMiddleware(http_application)
websocket_application = account_middleware_stack(router)

application = ProtocolTypeRouter(
    {
        "http": with_metrics(limited_application, chat.rooms.metrics, settings.CHAT),
        "websocket": HostMiddleware(
            HandshakeRateMiddleware(OriginMiddleware(websocket_application))
        ),
        "lifespan": lifespan,
    }
)
