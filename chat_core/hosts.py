"""The accepted Host headers of a chat.

A page of another site can make a browser send requests to this machine under the site's name (DNS
rebinding). The browser then treats the chat as that site, and lets the page read the answers.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
"""Always accepted: no other site can have these names, and health checks use them."""

_HOST: Final = re.compile(r"([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(:[0-9]+)?", re.ASCII)


def served_hosts(origins: Iterable[str], further: Iterable[str]) -> frozenset[str]:
    """The hosts of these origins, the `further` ones, and the loopback; `*` allows any host."""
    named = {_host_of(origin) for origin in origins}
    return frozenset({*named, *further, *LOOPBACK_HOSTS})


def host_allowed(header: str, hosts: Collection[str]) -> bool:
    """Whether a Host header names one of the hosts, with any port. `*` allows any valid host."""
    found = _HOST.fullmatch(header.lower())
    return found is not None and ("*" in hosts or found[1].removesuffix(".") in hosts)


def is_ip_address(header: str) -> bool:
    """Whether a Host header is an IP address, with any port."""
    found = _HOST.fullmatch(header.lower())
    try:
        ip_address(found[1].strip("[]") if found else "")
    except ValueError:
        return False
    return True


def host_in(scope: Mapping[str, Any]) -> str:
    """The Host header of an ASGI scope; without one, the address of the server's socket."""
    header: bytes | None = dict(scope["headers"]).get(b"host")
    if header is not None:
        return header.decode("latin-1")
    return str(scope["server"][0]) if scope.get("server") else ""


def _host_of(origin: str) -> str:
    host = urlsplit(origin).hostname or origin
    return f"[{host}]" if ":" in host else host
