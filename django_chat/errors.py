"""The answers to all failures: `{"code", "detail"}`, as in the contract."""

import logging

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse

from chat_core.accounts import RefusedCallError, away, unknown_host
from chat_core.unavailable import UnavailableError

logger = logging.getLogger(__name__)


def refuse(exception: RefusedCallError | UnavailableError) -> JsonResponse:
    """The answer to a refused call and to an outage."""
    if isinstance(exception, UnavailableError):
        logger.warning("%s", exception)
        exception = away(exception)
    return JsonResponse(exception.body, status=exception.status, headers=exception.headers)


def describe(response: HttpResponseNotAllowed) -> None:
    """Give Django's 405 a body, because it has none."""
    told = error(response.status_code, "method_not_allowed", response.reason_phrase)
    response.content = told.content
    response["Content-Type"] = told["Content-Type"]
    response["Content-Length"] = str(len(told.content))


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """The answer to a request that Django refused before any view."""
    if isinstance(exception, DisallowedHost):
        return refuse(unknown_host())
    return error(400, "bad_request", "Bad Request")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Where nothing is."""
    return error(404, "not_found", "Not Found")


def server_error(request: HttpRequest) -> JsonResponse:
    """A 500 without details: the error itself is only logged."""
    return error(500, "internal", "the server failed")


def error(status: int, code: str, detail: str) -> JsonResponse:
    """`{"code", "detail"}`."""
    return JsonResponse({"code": code, "detail": detail}, status=status)
