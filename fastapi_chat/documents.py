"""FastAPI's documents of the HTTP side: `/openapi.json`, and a page to try it at `/docs`.

The page's script comes with the package fastapi-offline. FastAPI's default would load it from
another host, which the chat's Content-Security-Policy forbids.
"""

import base64
import hashlib
import re
import warnings
from pathlib import Path
from typing import Any, Final

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

OPENAPI_URL: Final = "/openapi.json"

_FILES: Final = "/docs/files"
_DIRECTORY: Final = Path(fastapi_offline.__file__).parent / "static"
_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


async def swagger_ui(request: Request) -> HTMLResponse:
    """The page, with a policy that allows its one inline script and no foreign content."""
    page = get_swagger_ui_html(
        openapi_url=OPENAPI_URL,
        title=request.app.title,
        swagger_js_url=f"{_FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{_FILES}/swagger-ui.css",
        swagger_favicon_url="/client/icon.svg",
        # By default, the page sends the document to a validator of its makers.
        swagger_ui_parameters={"validatorUrl": None},
    )
    page.headers["Content-Security-Policy"] = _policy(bytes(page.body).decode())
    return page


def document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's OpenAPI document, without the answers that this chat never gives."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    with warnings.catch_warnings():
        # A route with HEAD and GET would have two operations with the same id.
        warnings.filterwarnings("ignore", "Duplicate Operation ID")
        found = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for operations in found["paths"].values():
        operations.pop("head", None)
        for operation in operations.values():
            # `errors` answers invalid requests with 400 or 404, not with 422.
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    app.openapi_schema = found
    return found


def _policy(page: str) -> str:
    scripts = [hashlib.sha256(each.encode()).digest() for each in _INLINE_SCRIPT.findall(page)]
    hashes = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in scripts)
    return (
        f"default-src 'none'; script-src 'self' {hashes}; "
        # The page's script adds styles.
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


routes = [
    Route("/docs", swagger_ui),
    Mount(
        _FILES,
        StaticFiles(directory=_DIRECTORY),
        middleware=[Middleware(GZipMiddleware)],
    ),
]
