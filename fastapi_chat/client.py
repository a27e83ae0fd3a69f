"""The browser client: its page and its files, compressed where the browser takes that."""

import mimetypes
import os
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from chat_core.client_files import (
    CLIENT_DIRECTORY,
    INDEX,
    SMALLEST_COMPRESSED,
    etag,
    sent_bytes,
)


class ClientFiles(StaticFiles):
    """Starlette's own, but for what of a file is sent, and under which ETag."""

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, *_: Any
    ) -> Response:
        told = {"ETag": etag(stat_result)}
        known = Headers(scope=scope).get("if-none-match", "")
        if known == "*" or told["ETag"] in known:
            # GZipMiddleware says so of what has a body.
            return Response(status_code=304, headers=told | {"Vary": "Accept-Encoding"})
        media = mimetypes.guess_type(full_path)[0]
        return Response(sent_bytes(Path(full_path)), headers=told, media_type=media)


async def index(request: Request) -> Response:
    """The client's page."""
    return await _files.get_response(INDEX, request.scope)


_files = ClientFiles(directory=CLIENT_DIRECTORY)
# Here alone: an answer that tells who is signed in would tell more by its compressed length.
_compressed = [Middleware(GZipMiddleware, minimum_size=SMALLEST_COMPRESSED)]

routes = [
    Route("/", index, middleware=_compressed),
    Mount("/client", _files, middleware=_compressed),
]
