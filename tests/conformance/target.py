"""The servers under test: every arm on this machine, or one that already runs somewhere."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.declared.arms import load_arms
from bench.stack.stack import Stack

_ALLOWED_BY_DEFAULT = "http://localhost:8001"


class NoServerError(Exception):
    """The suite cannot test this address; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server. Pages of `origin` may connect; `history` is the kind of its history."""

    arm: str
    url: str
    origin: str
    history: str = "off"


def started(stack: Stack) -> Target:
    """A stack on this machine, with the default settings."""
    return Target(stack.arm.id, stack.url, _ALLOWED_BY_DEFAULT, stack.arm.history)


def running(url: str) -> Target:
    """The server at an address. Raises NoServerError."""
    origin = _origin(url)
    try:
        health = httpx.get(f"{origin}/healthz", timeout=30, trust_env=False).json()
        return Target(_arm_of(health), origin, origin.lower(), health["history"])
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoServerError(f"No chat answers at {origin}: {error}.") from None
    except (ValueError, KeyError, TypeError):
        raise NoServerError(
            f"What answers at {origin} is no chat: its /healthz does not say who serves."
        ) from None


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        pass
    raise NoServerError(f"{url!r} is no address of a chat: it takes http://HOST:PORT.")


def _arm_of(health: dict[str, Any]) -> str:
    """The arm with this /healthz; it does not show a variant, so the arm counts as standard."""
    asked = (health["framework"], health["server"], health["fanout"])
    kept = [] if health["history"] == "off" else [health["history"]]
    alike = [
        arm
        for arm in load_arms().values()
        if (arm.framework, arm.server, arm.scheme) == asked and arm.variant == "standard"
    ]
    # Any fan-out works with any history; an undeclared combination gets an id of the same form.
    for arm in alike:
        if arm.history == health["history"]:
            return arm.id
    return "-".join([alike[0].id if alike else "-".join(asked), *kept])
