"""The answers to all failures: `{"code", "detail"}`, as in the contract."""

import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from chat_core import accounts, history_query
from chat_core.accounts import RefusedCallError, away
from chat_core.unavailable import UnavailableError
from fastapi_chat.accounts.dependencies import SESSION_COOKIE

logger = logging.getLogger(__name__)


async def refuse(request: Request, exc: Exception) -> JSONResponse:
    """The answer to a refused call and to an outage."""
    if isinstance(exc, UnavailableError):
        logger.warning("%s", exc)
        exc = away(exc)
    assert isinstance(exc, RefusedCallError)
    response = JSONResponse(exc.body, exc.status, exc.headers)
    if exc.code == "not_signed_in" and SESSION_COOKIE in request.cookies:
        response.delete_cookie(SESSION_COOKIE)  # as Django does: the cookie is no longer valid
    return response


async def turn_away(request: Request, exc: Exception) -> JSONResponse:
    """The answer to the framework's errors: 404, 405, and a body that cannot be decoded."""
    assert isinstance(exc, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(exc.status_code)
    if code is None:  # a body that FastAPI could not decode
        refusal = accounts.bad_request(_body_takes(request))
        return JSONResponse(refusal.body, refusal.status)
    headers = dict(exc.headers or {})
    if "Allow" in headers:
        headers["Allow"] = _allowed(request) or headers["Allow"]
    return JSONResponse({"code": code, "detail": exc.detail}, exc.status_code, headers)


async def refuse_invalid(request: Request, exc: Exception) -> JSONResponse:
    """The answer to Pydantic's errors, as in the contract; FastAPI's default would be a 422."""
    assert isinstance(exc, RequestValidationError)
    return await refuse(request, _refusal(request, exc.errors()))


async def fail(_: Request, __: Exception) -> JSONResponse:
    """A 500 without details: the error itself is only logged."""
    return JSONResponse({"code": "internal", "detail": "the server failed"}, 500)


def _refusal(request: Request, found: Sequence[Any]) -> RefusedCallError:
    """The first error; a missing field of the body comes before an invalid value."""
    for error in found:
        if error["loc"][0] == "body" and error["type"] not in _OF_A_VALUE:
            return accounts.bad_request(_body_takes(request))
    if "seq" in request.path_params:
        return history_query.no_image()
    return accounts.bad_request(_WORDS[found[0]["loc"][-1]])


def _body_takes(request: Request) -> str:
    return _BODIES.get(request.url.path, accounts.BODY)


def _allowed(request: Request) -> str:
    """The methods that some route takes on this path; Starlette names those of the first route.

    "" for a file of a mounted application, which names its own.
    """
    routes = [each for each in request.app.routes if not isinstance(each, Mount)]
    asked = [(method, {**request.scope, "method": method}) for method in _METHODS]
    return ", ".join(
        method
        for method, scope in asked
        if any(each.matches(scope)[0] is Match.FULL for each in routes)
    )


_METHODS: Final = ("GET", "HEAD", "POST", "DELETE")
_BODIES: Final = {"/api/rooms": accounts.ROOM_BODY}
_OF_A_VALUE: Final = (
    "value_error",
    "string_too_short",
    "string_too_long",
    "string_pattern_mismatch",
)
_WORDS: Final = {
    "username": accounts.USERNAME,
    "password": accounts.PASSWORD,
    **history_query.PARAMETERS,
}

HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    RefusedCallError: refuse,
    UnavailableError: refuse,
    RequestValidationError: refuse_invalid,
    HTTPException: turn_away,
    Exception: fail,
}
