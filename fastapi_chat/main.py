"""The ASGI application, for any ASGI server: `uvicorn fastapi_chat.main:app`."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware

from chat_core.body_limit import BodyLimitMiddleware
from chat_core.client_files import response_headers
from chat_core.metrics import with_metrics
from chat_core.settings import Settings, SettingsError
from fastapi_chat import (
    api,
    client,
    documents,
    endpoints,
    errors,
    history_api,
    private_rooms_api,
)
from fastapi_chat.accounts import api as accounts_api
from fastapi_chat.accounts.login_counts import make_throttle
from fastapi_chat.chat import Chat
from fastapi_chat.fanout import FANOUTS, VARIANTS
from fastapi_chat.middleware import CrossOriginMiddleware, HostMiddleware, ResponseMiddleware


def create_app(settings: Settings) -> FastAPI:
    """The FastAPI application of the chat with these settings."""
    chat = Chat(settings)

    throttle = make_throttle(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(throttle.stop)
            stack.push_async_callback(chat.stop)
            await chat.start()
            yield

    app = FastAPI(
        title="chat.v1 on FastAPI",
        version=version("chat-bench"),
        debug=settings.debug,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,  # `documents` has another page
        redoc_url=None,
        openapi_url=documents.OPENAPI_URL,
        middleware=middleware(settings, chat),
        exception_handlers=errors.HANDLERS,
    )
    app.openapi = lambda: documents.document(app)  # type: ignore[method-assign]  # as its docs say
    app.state.chat = chat
    app.state.login_throttle = throttle
    app.include_router(accounts_api.router)
    app.include_router(api.router)
    app.include_router(history_api.router)
    app.include_router(private_rooms_api.router)
    app.include_router(endpoints.router)
    app.router.routes.extend([*documents.routes, *client.routes])
    return app


def middleware(settings: Settings, chat: Chat) -> list[Middleware]:
    """The middleware of the application, the outermost first."""
    headers = response_headers(settings.origins, settings.companion_origins)
    return [
        Middleware(with_metrics, chat.rooms.metrics, settings),
        Middleware(BodyLimitMiddleware),
        Middleware(ResponseMiddleware, headers),
        Middleware(HostMiddleware, settings.hosts),
        Middleware(CrossOriginMiddleware, settings.origins),
        # Starlette also has one around all middleware. This one is inside, so that the answer to a
        # failure has the headers of every answer.
        Middleware(ServerErrorMiddleware, handler=errors.fail, debug=settings.debug),
    ]


try:
    app = create_app(Settings.from_environ(os.environ, FANOUTS, VARIANTS))
except SettingsError as error:
    raise SystemExit(str(error)) from None
