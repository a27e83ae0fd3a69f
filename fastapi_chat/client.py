"""The browser client: its page and its files, compressed where the browser takes that."""

import os
from typing import Any

from fastapi import Request, Response
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from chat_core.client_files import CLIENT_DIRECTORY, INDEX, SMALLEST_COMPRESSED


class ClientFiles(StaticFiles):
    """Starlette's own, of which a browser can tell what it has already, compressed or not."""

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, *_: Any
    ) -> Response:
        # Whole files alone: what Starlette has against a Range is no error of the contract's.
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"range"]
        response = super().file_response(full_path, stat_result, scope)
        response.headers["ETag"] = f"W/{response.headers['ETag']}"
        del response.headers["Accept-Ranges"]
        if scope["method"] == "HEAD" or response.status_code == 304:
            # GZipMiddleware does so where there is a body.
            response.headers["Vary"] = "Accept-Encoding"
            del response.headers["Content-Length"]
        return response


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
