"""The browser client: its page and its files, compressed if the browser accepts that."""

import mimetypes
import os
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from chat_core.client_files import CLIENT_DIRECTORY, INDEX, compress, encoded, etag


class ClientFiles(StaticFiles):
    """Starlette's class, with compressed bodies, and one ETag for all bodies of a file."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Starlette calls this in a thread, so a file is compressed here at its first use."""
        full_path, stat_result = super().lookup_path(path)
        if full_path and Path(full_path).is_file():
            compress(Path(full_path))
        return full_path, stat_result

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, *_: Any
    ) -> Response:
        asked = Headers(scope=scope)
        told = {"ETag": etag(stat_result), "Vary": "Accept-Encoding"}
        known = asked.get("if-none-match", "")
        if known == "*" or told["ETag"] in known:
            return Response(status_code=304, headers=told)
        body, coding = encoded(Path(full_path), ",".join(asked.getlist("accept-encoding")))
        media = mimetypes.guess_type(full_path)[0]
        return Response(body, headers=told | coding, media_type=media)


async def index(request: Request) -> Response:
    """The client's page."""
    return await _files.get_response(INDEX, request.scope)


_files = ClientFiles(directory=CLIENT_DIRECTORY)
routes = [
    Route("/", index),
    Mount("/client", _files),
]
