"""The ASGI application, for any ASGI server: `uvicorn fastapi_chat.main:app`."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from chat_core.body_limit import BodyLimitMiddleware
from chat_core.client_files import response_headers
from chat_core.settings import Settings, SettingsError
from fastapi_chat import api, client, endpoints, errors, history_api
from fastapi_chat.accounts import api as accounts_api
from fastapi_chat.accounts.login_counts import make_throttle
from fastapi_chat.chat import Chat
from fastapi_chat.fanout import FANOUTS, VARIANTS
from fastapi_chat.middleware import CrossOriginMiddleware, ResponseMiddleware


class Application(FastAPI):
    """Has our middleware around all of FastAPI's, also around what answers a failure."""

    def build_middleware_stack(self) -> ASGIApp:
        settings: Settings = self.state.chat.settings
        app = CrossOriginMiddleware(super().build_middleware_stack(), settings.origins)
        headers = response_headers(settings.origins, settings.companion_origins)
        return ResponseMiddleware(app, headers)


def create_app(settings: Settings) -> FastAPI:
    """Put the chat together."""
    chat = Chat(settings)

    throttle = make_throttle(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(throttle.stop)
            stack.push_async_callback(chat.stop)
            await chat.start()
            yield

    # The HTTP side is described in docs/openapi.yaml, one document for both chats.
    app = Application(
        title="chat.v1 on FastAPI",
        debug=settings.debug,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.chat = chat
    app.state.login_throttle = throttle
    app.add_middleware(BodyLimitMiddleware)
    app.include_router(accounts_api.router)
    app.include_router(api.router)
    app.include_router(history_api.router)
    app.include_router(endpoints.router)
    app.router.routes.extend(client.routes)
    for kind, answer in errors.HANDLERS.items():
        app.add_exception_handler(kind, answer)
    return app


try:
    app = create_app(Settings.from_environ(os.environ, FANOUTS, VARIANTS))
except SettingsError as error:
    raise SystemExit(str(error)) from None
