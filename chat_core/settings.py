"""The settings of a chat, read from the environment: the same names for both backends."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final, Literal
from urllib.parse import urlsplit

from chat_core import protocol_limits
from chat_core.client_address import Network, read_networks
from chat_core.outbox import OutboxLimit
from chat_core.rate_limit import Rate

DEFAULT_BACKENDS: Final = "django-channels=http://localhost:8001,fastapi=http://localhost:8002"
DEFAULT_ORIGINS: Final = ",".join(
    f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in (8001, 8002)
)

_REDIS_FANOUTS: Final = ("redis", "redis+pubsub", "broadcaster+redis")
_POSTGRESQL_FANOUTS: Final = ("broadcaster+postgres",)
_UNITS: Final = {"": 1, "KiB": 1024, "MiB": 1024**2}
_SIZE: Final = re.compile(r"([0-9]+)(|KiB|MiB)")
_RATE: Final = re.compile(r"([0-9]+)/([0-9]+)s")
_ORIGIN: Final = re.compile(r"https?://[^/?#\s]+")
# It stands in a header that is made of words: nothing else may be in it.
_ONE_ORIGIN: Final = re.compile(
    r"https?://([a-z0-9._-]+|\[(?=[0-9a-f]*:)[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?", re.ASCII
)
_HIGHEST_PORT: Final = 65535
_LOOPBACK: Final = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_MOST_COMMIT_GROUP: Final = 1000


class SettingsError(Exception):
    """A setting that cannot be read: one line that names it and what it takes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a chat is told from outside. `from_environ` reads it."""

    fanout: str = "memory://"
    history: str = "off"
    environment: Literal["development", "production"] = "development"
    secret_key: str = field(default="", repr=False)
    made_secret_key: bool = False
    """Whether the key was made for this start, and is another after the next."""
    origins: frozenset[str] = frozenset(DEFAULT_ORIGINS.split(","))
    guests: bool = True
    max_image_bytes: int = 8 * 1024**2
    rate_limit: Rate | None = Rate(per_second=20, burst=40)  # noqa: RUF009  (frozen)
    outbox: OutboxLimit = OutboxLimit(frames=1000, size=16 * 1024**2)  # noqa: RUF009  (frozen)
    commit_group: int = 100
    """How many messages that arrive together may be committed together; 1 commits each alone."""
    login_limit: Rate | None = Rate(per_second=1 / 6, burst=10)  # noqa: RUF009  (frozen)
    """Failed logins under one name, before more are refused."""
    trusted_proxies: tuple[Network, ...] = ()
    """Whose `X-Forwarded-For` names the client."""
    debug: bool = False
    variant: str = "standard"
    backends: tuple[tuple[str, str], ...] = ()
    """Where the browser client finds the chats: (framework, origin)."""
    companion: str = ""
    """The origin of the companion, where the browser client asks it; empty where there is none."""

    @property
    def fanout_kind(self) -> str:
        """The fan-out's scheme: memory, redis, redis+pubsub, broadcaster+redis, …"""
        return self.fanout.partition("://")[0]

    @property
    def redis_url(self) -> str | None:
        """The address of the Redis that the fan-out uses, if it does."""
        scheme, _, rest = self.fanout.partition("://")
        return f"redis://{rest}" if scheme in _REDIS_FANOUTS else None

    @property
    def companion_origins(self) -> frozenset[str]:
        """The companion's, by every name that a page may ask it by.

        On a loopback it is asked by the name that the page itself has, as the backends are.
        """
        parts = urlsplit(self.companion)
        if parts.hostname is None or not _LOOPBACK.fullmatch(parts.hostname):
            return frozenset({self.companion} - {""})
        names = {parts.hostname, *(urlsplit(origin).hostname for origin in self.origins)}
        port = f":{parts.port}" if parts.port else ""
        return frozenset(f"{parts.scheme}://{_bracketed(name)}{port}" for name in names if name)

    @property
    def history_kind(self) -> str:
        """off, sqlite or postgresql."""
        return self.history.partition(":")[0]

    @property
    def max_frame_bytes(self) -> int:
        """The largest WebSocket message a server must let through, both ways."""
        return self.max_image_bytes + protocol_limits.FRAME_OVERHEAD_BYTES

    @classmethod
    def from_environ(
        cls, environ: Mapping[str, str], fanouts: Collection[str], variants: Collection[str]
    ) -> "Settings":
        """Read the CHAT_… variables; `fanouts` and `variants` are those that this backend has.

        Raises SettingsError.
        """
        environment = _environment(environ)
        return cls(
            fanout=_fanout(environ.get("CHAT_FANOUT", "memory://"), fanouts),
            history=_history(environ.get("CHAT_HISTORY", "off")),
            environment=environment,
            secret_key=_secret_key(environ.get("CHAT_SECRET_KEY", ""), environment),
            made_secret_key=not environ.get("CHAT_SECRET_KEY"),
            origins=_origins(environ.get("CHAT_ORIGINS", DEFAULT_ORIGINS), environment),
            guests=_guests(environ.get("CHAT_GUESTS", "1")),
            max_image_bytes=_max_image_bytes(environ.get("CHAT_MAX_IMAGE_BYTES", "8388608")),
            rate_limit=_rate_limit(environ.get("CHAT_RATE_LIMIT", "20/1s")),
            commit_group=_commit_group(environ.get("CHAT_COMMIT_GROUP", "100")),
            login_limit=_login_limit(environ.get("CHAT_LOGIN_LIMIT", "10/60s")),
            trusted_proxies=_trusted_proxies(environ.get("CHAT_TRUSTED_PROXIES", "")),
            debug=_debug(environ.get("CHAT_DEBUG", "0"), environment),
            outbox=_outbox(environ.get("CHAT_OUTBOX", "1000/16MiB")),
            variant=_variant(environ.get("CHAT_VARIANT", "standard"), variants),
            backends=_backends(environ.get("CHAT_BACKENDS", DEFAULT_BACKENDS)),
            companion=_companion(environ.get("CHAT_COMPANION", "")),
        )


def server_name(environ: Mapping[str, str], argv0: str) -> str:
    """The ASGI server this process runs under: CHAT_SERVER, or else the command's name."""
    return environ.get("CHAT_SERVER") or PurePath(argv0).stem or "unknown"


def _refused(name: str, value: str, takes: str) -> SettingsError:
    return SettingsError(f"{name}={value!r} cannot be read: it takes {takes}")


def _environment(environ: Mapping[str, str]) -> Literal["development", "production"]:
    match environ.get("CHAT_ENV", "development"):
        case "development":
            return "development"
        case "production":
            return "production"
        case value:
            raise _refused("CHAT_ENV", value, "development or production")


def _fanout(value: str, fanouts: Collection[str]) -> str:
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in fanouts or (scheme == "memory" and rest):
        known = ", ".join(f"{name}://" for name in fanouts)
        raise _refused("CHAT_FANOUT", value, f"one of {known}")
    if scheme != "memory" and not _is_address(rest):
        example = "DATABASE" if scheme in _POSTGRESQL_FANOUTS else "0"
        raise _refused("CHAT_FANOUT", value, f"an address, as {scheme}://HOST:PORT/{example}")
    return value


def _is_address(rest: str) -> bool:
    try:
        parts = urlsplit(f"redis://{rest}")
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _history(value: str) -> str:
    scheme, _, rest = value.partition(":///")
    if value == "off" or (scheme == "sqlite" and rest and not rest.isspace()):
        return value
    scheme, _, rest = value.partition("://")
    if scheme == "postgresql" and _is_address(rest) and urlsplit(value).path.strip("/"):
        return value
    raise _refused(
        "CHAT_HISTORY",
        value,
        "off, sqlite:///PATH, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
    )


def _commit_group(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= _MOST_COMMIT_GROUP:
        raise _refused("CHAT_COMMIT_GROUP", value, f"messages, from 1 to {_MOST_COMMIT_GROUP}")
    return int(value)


def _login_limit(value: str) -> Rate | None:
    if value == "off":
        return None
    found = _RATE.fullmatch(value)
    if not found or int(found[1]) < 1 or int(found[2]) < 1:
        raise _refused("CHAT_LOGIN_LIMIT", value, "off, or FAILURES/SECONDS as 10/60s")
    return Rate(per_second=int(found[1]) / int(found[2]), burst=int(found[1]))


def _trusted_proxies(value: str) -> tuple[Network, ...]:
    try:
        return read_networks(value)
    except ValueError:
        takes = "addresses or networks as 10.0.0.0/8, with commas"
        raise _refused("CHAT_TRUSTED_PROXIES", value, takes) from None


def _debug(value: str, environment: str) -> bool:
    if value not in ("0", "1"):
        raise _refused("CHAT_DEBUG", value, "1 or 0")
    if value == "1" and environment == "production":
        raise SettingsError("CHAT_DEBUG=1 is refused with CHAT_ENV=production")
    return value == "1"


def _secret_key(value: str, environment: str) -> str:
    if value:
        return value
    if environment == "production":
        raise SettingsError("CHAT_SECRET_KEY is not set: it is required with CHAT_ENV=production")
    return secrets.token_urlsafe(50)


def _origins(value: str, environment: str) -> frozenset[str]:
    if value.strip() == "*":
        if environment == "production":
            raise SettingsError("CHAT_ORIGINS='*' is refused with CHAT_ENV=production: name them")
        return frozenset({"*"})
    origins = [origin.strip().lower() for origin in value.split(",") if origin.strip()]
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise _refused("CHAT_ORIGINS", origin, "origins as http://HOST:PORT, with commas")
    return frozenset(origins)


def _guests(value: str) -> bool:
    if value not in ("0", "1"):
        raise _refused("CHAT_GUESTS", value, "1 or 0")
    return value == "1"


def _max_image_bytes(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 1024**3:
        raise _refused("CHAT_MAX_IMAGE_BYTES", value, "bytes, from 1 to 1073741824")
    return int(value)


def _rate_limit(value: str) -> Rate | None:
    if value == "off":
        return None
    found = _RATE.fullmatch(value)
    if not found or int(found[1]) < 1 or int(found[2]) < 1:
        raise _refused("CHAT_RATE_LIMIT", value, "off, or MESSAGES/SECONDS as 20/1s")
    messages, seconds = int(found[1]), int(found[2])
    return Rate(per_second=messages / seconds, burst=2 * messages)


def _outbox(value: str) -> OutboxLimit:
    frames, _, size = value.partition("/")
    found = _SIZE.fullmatch(size or "16MiB")
    if not frames.isdecimal() or int(frames) < 1 or not found or int(found[1]) < 1:
        raise _refused("CHAT_OUTBOX", value, "FRAMES or FRAMES/BYTES, as 1000/16MiB")
    return OutboxLimit(frames=int(frames), size=int(found[1]) * _UNITS[found[2]])


def _variant(value: str, variants: Collection[str]) -> str:
    if value not in variants:
        raise _refused("CHAT_VARIANT", value, f"one of {', '.join(variants)}")
    return value


def _backends(value: str) -> tuple[tuple[str, str], ...]:
    backends = []
    for entry in filter(None, (part.strip() for part in value.split(","))):
        name, separator, origin = entry.partition("=")
        if not separator or not name or not _ORIGIN.fullmatch(origin):
            raise _refused("CHAT_BACKENDS", entry, "FRAMEWORK=ORIGIN, with commas")
        backends.append((name, origin))
    return tuple(backends)


def _companion(value: str) -> str:
    origin = value.strip().lower()
    found = _ONE_ORIGIN.fullmatch(origin)
    if origin and not (found and 0 < int(found["port"] or 80) <= _HIGHEST_PORT):
        raise _refused("CHAT_COMPANION", value, "nothing, or one origin as http://HOST:PORT")
    return origin


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
