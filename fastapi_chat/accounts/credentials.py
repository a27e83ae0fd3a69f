"""The bodies of calls, before Pydantic checks them."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Body, Depends, Request, Response
from fastapi.routing import APIRoute

from chat_core import accounts
from chat_core.accounts import Credentials
from fastapi_chat.accounts.dependencies import SESSION_COOKIE, session_in, signed_in
from fastapi_chat.chat import Chat
from fastapi_chat.schemas import CredentialsBody


class CredentialsRoute(APIRoute):
    """Runs the checks that need no body first: FastAPI reads the body before any dependency."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            await self.check(request, request.app.state.chat)
            called_json = _called_json(request)
            if len(await called_json.body()) > accounts.BODY_BYTES:
                raise accounts.body_too_large()
            return await handle(called_json)

        return checked

    async def check(self, request: Request, chat: Chat) -> None:
        """The Origin, and whether there is a database. Raises RefusedCallError."""
        accounts.check_origin(request.headers.get("origin"), chat.settings.origins)
        if chat.database is None:
            raise accounts.no_accounts()


class SignedInRoute(CredentialsRoute):
    """Checks before the body that a user is signed in, too."""

    async def check(self, request: Request, chat: Chat) -> None:
        await super().check(request, chat)
        await signed_in(chat, await session_in(chat, request.cookies.get(SESSION_COOKIE)))


async def credentials_in(body: Annotated[CredentialsBody, Body()]) -> Credentials:
    """The valid name and password of a body."""
    return Credentials(body.username, body.password)


CredentialsDependency = Annotated[Credentials, Depends(credentials_in)]


def _called_json(request: Request) -> Request:
    """The same request with a Content-Type of JSON, because the body is always read as JSON."""
    headers = [each for each in request.scope["headers"] if each[0] != b"content-type"]
    headers.append((b"content-type", b"application/json"))
    return Request({**request.scope, "headers": headers}, request.receive)
