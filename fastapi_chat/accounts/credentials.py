"""The bodies of register and login: how they are read, before Pydantic checks them."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Body, Depends, Request, Response
from fastapi.routing import APIRoute

from chat_core import accounts
from chat_core.accounts import Credentials
from fastapi_chat.chat import Chat
from fastapi_chat.schemas import CredentialsBody


class CredentialsRequest(Request):
    """A request whose body has a bound, and is JSON whatever its Content-Type says."""

    def __init__(self, request: Request) -> None:
        headers = [each for each in request.scope["headers"] if each[0] != b"content-type"]
        headers.append((b"content-type", b"application/json"))
        super().__init__({**request.scope, "headers": headers}, request.receive)

    async def body(self) -> bytes:
        """All of it, read once. Raises RefusedCallError with 400."""
        if not hasattr(self, "_body"):
            body = bytearray()
            async for chunk in self.stream():
                body += chunk
                if len(body) > accounts.BODY_BYTES:
                    raise accounts.body_too_large()
            self._body = bytes(body)
        return self._body


class CredentialsRoute(APIRoute):
    """Refuses what needs no body first: FastAPI reads it before it asks any dependency."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            chat: Chat = request.app.state.chat
            accounts.check_origin(request.headers.get("origin"), chat.settings.origins)
            if chat.database is None:
                raise accounts.no_accounts()
            credentials = CredentialsRequest(request)
            await credentials.body()
            return await handle(credentials)

        return checked


async def credentials_in(body: Annotated[CredentialsBody, Body()]) -> Credentials:
    """A name and a password, as they should be."""
    return Credentials(body.username, body.password)


CredentialsDependency = Annotated[Credentials, Depends(credentials_in)]
