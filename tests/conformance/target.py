"""The servers that the suite is asked about: every arm here, or one that runs somewhere."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.arms import Arm, load_arms
from bench.engines import find_redis_server
from bench.stack import Stack

_ALLOWED_BY_DEFAULT = "http://localhost:8001"


class NoServerError(Exception):
    """One sentence: why the suite cannot ask this address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server. `origin` is one whose pages may connect."""

    arm: str
    url: str
    origin: str


def runnable(arms: list[Arm]) -> list[str]:
    """Ids of those that can run here."""
    redis = find_redis_server() is not None
    return [arm.id for arm in arms if redis or not arm.needs_redis]


def started(stack: Stack) -> Target:
    """A stack of ours, with the default settings."""
    return Target(stack.arm.id, stack.url, _ALLOWED_BY_DEFAULT)


def running(url: str) -> Target:
    """The server at an address. Raises NoServerError."""
    origin = _origin(url)
    try:
        health = httpx.get(f"{origin}/healthz", timeout=5, trust_env=False).json()
        return Target(_arm_of(health), origin, origin.lower())
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
    for arm in load_arms().values():
        if (arm.framework, arm.server, arm.scheme) == asked and arm.variant == "standard":
            return arm.id
    return "-".join(asked)
