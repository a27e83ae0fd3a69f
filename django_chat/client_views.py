"""The browser client: its page and its files, compressed if the browser accepts that."""

import asyncio
import mimetypes
from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils._os import safe_join
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers

from chat_core.client_files import CLIENT_DIRECTORY, INDEX, encoded, etag


def file_etag(request: HttpRequest, path: str = INDEX) -> str | None:
    """The ETag of a file of the browser client; None if there is no such file."""
    file = client_path(path)
    return None if file is None else etag(file.stat())


@require_safe
@vary_on_headers("Accept-Encoding")
@condition(file_etag)
async def client_file(request: HttpRequest, path: str = INDEX) -> HttpResponse:
    """A file of the browser client."""
    file = client_path(path)
    if file is None:
        raise Http404
    media = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    accepted = request.headers.get("Accept-Encoding", "")
    body, coding = await asyncio.to_thread(encoded, file, accepted)
    return HttpResponse(body, headers=coding, content_type=f"{media}{charset}")


def client_path(path: str) -> Path | None:
    """The path of a file of the client; None if there is no such file."""
    try:
        file = Path(safe_join(CLIENT_DIRECTORY, path))
        return file if file.is_file() else None
    except (OSError, SuspiciousFileOperation, ValueError):
        return None
