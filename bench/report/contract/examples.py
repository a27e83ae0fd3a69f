"""Examples of frames: the first vector of each kind."""

import json
from functools import cache
from typing import Any

from chat_core import vectors


@cache
def client_frame(tag: str) -> dict[str, Any]:
    """An example of a client frame with this type."""
    return _first("accepted", "frame", tag)


@cache
def server_frame(tag: str) -> dict[str, Any]:
    """An example of a server frame with this type."""
    return _first("encodings", "frame", tag)


def image_header(vector: str) -> dict[str, Any]:
    """The header of an image: `images_accepted` from a client, `images_encodings` from a server."""
    case = vectors.load(vector)[0]
    found: dict[str, Any] = json.loads(case["header"]) if "header" in case else case["frame"]
    return found


def media_types() -> list[str]:
    """The accepted media types of images."""
    return sorted({case["image"]["mime"] for case in vectors.load("images_accepted")})


def _first(vector: str, key: str, tag: str) -> dict[str, Any]:
    cases = vectors.load(vector)
    found: dict[str, Any] = next(case[key] for case in cases if case[key].get("type") == tag)
    return found
