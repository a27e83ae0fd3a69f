"""The OpenAPI 3.1 document of the HTTP side."""

from collections import Counter
from importlib.metadata import version
from typing import Any

from bench.report.contract import examples, schemas
from chat_core import client_files, frames
from chat_core.http_contract import CALLS, SESSION_COOKIES, Answer, Call, Failure, Parameter
from chat_core.settings import DEFAULT_BACKENDS

_HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "Cache-Control": ("`no-cache`; a picture never changes, and is kept", {"type": "string"}),
    "Content-Security-Policy": (
        "nothing but what is named, nothing inline",
        {"type": "string", "pattern": "default-src 'none'"},
    ),
    "Retry-After": ("seconds after which it may be tried again", {"type": "string"}),
    "Set-Cookie": (
        "the session: HttpOnly, SameSite=Lax, Secure in production",
        {"type": "string", "pattern": "(?i)^chat_.*httponly"},
    ),
}
"""What is said of a header that is not the same everywhere."""
_SHARED = Counter(answer for call in CALLS for answer in call.answers if answer.codes)
_BYTES = {"type": "string", "contentMediaType": "application/octet-stream"}


def document() -> dict[str, Any]:
    """The document as a tree of plain values."""
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"The wire contract {frames.SUBPROTOCOL}: HTTP",
            "version": version("chat-bench"),
            "description": "In words: protocol.md. The WebSocket side: asyncapi.yaml.",
        },
        "servers": [
            {"url": origin, "description": name}
            for name, origin in (part.split("=", 1) for part in DEFAULT_BACKENDS.split(","))
        ],
        "paths": paths,
        "components": {
            "schemas": schemas.components([Failure, *_structs()]),
            "responses": {
                _shared_name(answer): _response(answer)
                for answer, calls in sorted(_SHARED.items(), key=lambda item: item[0].codes)
                if calls > 1
            },
            "headers": _headers(),
            "securitySchemes": {
                name: {"type": "apiKey", "in": "cookie", "name": cookie}
                for name, cookie in SESSION_COOKIES.items()
            },
        },
    }


def _structs() -> list[Any]:
    bodies = [call.body for call in CALLS] + [a.body for call in CALLS for a in call.answers]
    return [body for body in bodies if body is not None]


def _operation(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": call.name, "summary": call.about}
    if call.parameters:
        found["parameters"] = [_parameter(each) for each in call.parameters]
    if call.body is not None:
        content = {"application/json": {"schema": schemas.schema_of(call.body)}}
        found["requestBody"] = {"required": True, "content": content}
    found["responses"] = {str(each.status): _answer(each) for each in call.answers}
    if call.signed_in:
        found["security"] = [{name: []} for name in SESSION_COOKIES]
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "schema": schemas.schema_of(parameter.kind),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    """What several calls may answer stands in one place."""
    if _SHARED[answer] > 1:
        return {"$ref": f"#/components/responses/{_shared_name(answer)}"}
    return _response(answer)


def _shared_name(answer: Answer) -> str:
    return "_or_".join(answer.codes)


def _response(answer: Answer) -> dict[str, Any]:
    headers = (*client_files.response_headers(()), *answer.headers)
    found: dict[str, Any] = {
        "description": answer.about,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
    }
    if answer.body is not None:
        found["content"] = {answer.media: {"schema": _body(answer)}}
    elif answer.status != 204:
        media = examples.media_types() if answer.media == "image/*" else [answer.media]
        found["content"] = {name: {"schema": _BYTES} for name in media}
    return found


def _body(answer: Answer) -> dict[str, Any]:
    """The schema of an answer's JSON; a failure's codes are named."""
    schema = schemas.schema_of(answer.body)
    if not answer.codes:
        return schema
    return {"allOf": [schema, {"properties": {"code": {"enum": list(answer.codes)}}}]}


def _headers() -> dict[str, Any]:
    """The headers that every answer has, and those that some have."""
    fixed = {
        name: ("the same everywhere", {"const": value})
        for name, value in client_files.response_headers(()).items()
    }
    return {
        name: {"required": True, "description": about, "schema": schema}
        for name, (about, schema) in sorted((fixed | _HEADERS).items())
    }
