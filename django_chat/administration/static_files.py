"""The admin's files, as WhiteNoise finds and describes them.

Its middleware is not taken: it is synchronous, and every request of the chat would hop through it.
"""

from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware


@require_safe
async def static_file(request: HttpRequest, path: str) -> HttpResponse:
    """A file of an installed application."""
    found = _files().get(request.path_info)
    if found is None:
        raise Http404
    answer = found.get_response(request.method, request.META)
    body = answer.file.read() if answer.file is not None else b""
    return HttpResponse(body, status=int(answer.status), headers=dict(answer.headers))


@cache
def _files() -> dict[str, Any]:
    files: dict[str, Any] = WhiteNoiseMiddleware().files
    return files
