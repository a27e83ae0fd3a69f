"""How every failure is answered: `{"code", "detail"}`, as the contract has them all."""

import logging
from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chat_core.accounts import RefusedCallError, away
from chat_core.unavailable import UnavailableError
from fastapi_chat.accounts.dependencies import SESSION_COOKIE

logger = logging.getLogger(__name__)


async def refuse(request: Request, exc: Exception) -> JSONResponse:
    """What is raised to refuse a call; so is that something is away."""
    if isinstance(exc, UnavailableError):
        logger.warning("%s", exc)
        exc = away(exc)
    assert isinstance(exc, RefusedCallError)
    response = JSONResponse(exc.body, exc.status, exc.headers)
    if exc.code == "not_signed_in" and SESSION_COOKIE in request.cookies:
        response.delete_cookie(SESSION_COOKIE)  # as Django does: it is good for nothing any more
    return response


async def turn_away(_: Request, exc: Exception) -> JSONResponse:
    """What the framework raises: there is nothing, or not by this method."""
    assert isinstance(exc, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(exc.status_code, "refused")
    return JSONResponse({"code": code, "detail": exc.detail}, exc.status_code, exc.headers)


async def fail(_: Request, __: Exception) -> JSONResponse:
    """What went wrong is in the log, and nowhere else."""
    return JSONResponse({"code": "internal", "detail": "the server failed"}, 500)


HANDLERS: dict[int | type[Exception], Callable[[Request, Exception], Awaitable[JSONResponse]]] = {
    RefusedCallError: refuse,
    UnavailableError: refuse,
    HTTPException: turn_away,
    Exception: fail,
}
