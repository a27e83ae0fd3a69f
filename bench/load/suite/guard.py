"""Locust's web UI answers its pages only, and only under its host names.

The UI has no password. So a page of another site could start a load, or read what is measured,
through the browser of the person that runs Locust.
"""

import os
from collections.abc import Collection, Mapping
from typing import Any, Final

from chat_core.hosts import host_allowed, served_hosts
from chat_core.settings import Settings, SettingsError

_OWN_PAGES: Final = ("same-origin", "none")
"""What a browser says of a request by the UI's page, or of an address that a person types."""


def add_guard(web_ui: Any) -> None:
    """Refuse what a page of others asks, with 403. Raises SystemExit for a setting that is wrong.

    The UI's names are the loopback, `--web-host`, and the names in CHAT_HOSTS.
    """
    try:
        settings = Settings.from_environ(os.environ, ("memory",), ("standard",))
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    hosts = served_hosts((), {*settings.further_hosts, web_ui.host or "localhost"})

    def check() -> tuple[str, int] | None:
        from flask import request

        reason = refusal(request.method, request.path, dict(request.headers), hosts)
        return None if reason is None else (f"{reason}\n", 403)

    web_ui.app.before_request(check)


def refusal(
    method: str, path: str, headers: Mapping[str, str], hosts: Collection[str]
) -> str | None:
    """Why a request is refused, in one sentence; None where it is not."""
    host = headers.get("Host", "")
    if not host_allowed(host, hosts):
        return f"This host is not the UI's: set CHAT_HOSTS to the name that you use, not {host!r}."
    origin = headers.get("Origin")
    if origin is not None and origin.lower().partition("://")[2] != host.lower():
        return "A page of another origin may not use the UI."
    # A link to the UI's page is harmless. But `GET /stop` is none, and an image has no Origin.
    links = method == "GET" and path == "/"
    if not links and headers.get("Sec-Fetch-Site", "none") not in _OWN_PAGES:
        return "A page of another site may not use the UI."
    return None
