"""The servers that the suite is asked about: every arm here, or one that runs somewhere."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.arms import load_arms
from bench.stack import Stack

_ALLOWED_BY_DEFAULT = "http://localhost:8001"


class NoServerError(Exception):
    """One sentence: why the suite cannot ask this address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server. `origin` is one whose pages may connect; `history` what it keeps."""

    arm: str
    url: str
    origin: str
    history: str = "off"


def started(stack: Stack) -> Target:
    """A stack of ours, with the default settings."""
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
    """The arm that says this of itself; a variant does not show, and counts as the standard."""
    asked = (health["framework"], health["server"], health["fanout"])
    kept = [] if health["history"] == "off" else [health["history"]]
    alike = [
        arm
        for arm in load_arms().values()
        if (arm.framework, arm.server, arm.scheme) == asked and arm.variant == "standard"
    ]
    # Any fan-out goes with any history; those that are no arm are told as one would be.
    for arm in alike:
        if arm.history == health["history"]:
            return arm.id
    return "-".join([alike[0].id if alike else "-".join(asked), *kept])
