"""A raw HTTP call, and the parts of its answer that two equivalent chats share."""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from tests.differential.transcript import time_in_words

_COMPARED = (
    "allow",
    "cache-control",
    "content-disposition",
    "content-security-policy",
    "content-type",
    "cross-origin-resource-policy",
    "location",
    "referrer-policy",
    "retry-after",
    "x-content-type-options",
)
_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one chat; `cookies` maps names to values."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Mapping[str, str]
    compared: Mapping[str, object]
    """What must be the same in both chats."""

    def json(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.body)


def ask(
    host: str, port: int, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
) -> Answer:
    """Make a call; `target` is sent unchanged."""
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    found = {name.lower(): value for name, value in response.getheaders()}
    cookies = SimpleCookie(found.get("set-cookie", ""))
    compared = {
        "status": response.status,
        "headers": {name: _header(name, found[name]) for name in _COMPARED if name in found},
        "cookies": _cookies(cookies),
        "body": _body(found.get("content-type", ""), answer),
    }
    values = {name: morsel.value for name, morsel in cookies.items()}
    return Answer(response.status, found, answer, values, compared)


def _header(name: str, value: str) -> object:
    if name == "allow":
        return sorted(method.strip() for method in value.split(","))
    if name == "retry-after":
        return "seconds" if value.isdecimal() else value
    return value


def _cookies(cookies: SimpleCookie) -> list[dict[str, object]]:
    """Each cookie's attributes; names and values differ, and Expires is said by Max-Age already."""
    return [
        {"value": bool(morsel.value)}
        | {
            key: value.lower() if isinstance(value, str) else value
            for key, value in morsel.items()
            if value and key != "expires"
        }
        for morsel in cookies.values()
    ]


def _body(content_type: str, body: bytes) -> object:
    if content_type != "application/json" or not body:
        return body
    return _normalised(json.loads(body))


_OWN = ("framework", "pid", "self")
_SECRET = ("ticket", "invitation")


def _normalised(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _normalised(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_normalised(each) for each in value]
    if key == "at" and isinstance(value, int):
        return time_in_words(value)
    if key in _OWN:
        return type(value).__name__
    if key in _SECRET and isinstance(value, str):
        return re.sub(r"[A-Za-z0-9_-]", "x", value)
    return value
