"""The types of the settings: how each text is read, and the words of its error.

Each type is an `Annotated` with a reader and with `Takes`. The reader converts the text of the
environment, or raises UnreadableError. `Takes` describes the accepted values, for the error and for
docs/protocol.md.
"""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from chat_core.client_address import Network, read_networks
from chat_core.outbox import OutboxLimit
from chat_core.rate_limit import Rate

UNITS: Final = {"": 1, "KiB": 1024, "MiB": 1024**2}

_SIZE: Final = re.compile(r"([0-9]+)(|KiB|MiB)")
_RATE: Final = re.compile(r"([0-9]+)/([0-9]+)s")
_ORIGIN: Final = re.compile(r"https?://[^/?#\s]+")
_HOST: Final = re.compile(r"[a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\]", re.ASCII)
# The value goes into a header that is a list of words, so no other characters may be in it.
_ONE_ORIGIN: Final = re.compile(
    r"https?://([a-z0-9._-]+|\[(?=[0-9a-f]*:)[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?", re.ASCII
)
_PLACE: Final = re.compile(r"(\[[0-9a-fA-F:.]*\]|[\w.-]*)(:[0-9]*)?(/[\w./ -]*)?")
_SCHEME: Final = re.compile(r"[a-z+]*")
_LOOPBACK: Final = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_REPLICA: Final = re.compile(r"[A-Za-z0-9._-]{0,64}")
_HIGHEST_PORT: Final = 65535
_MOST_IMAGE_BYTES: Final = 1024**3
_MOST_COMMIT_GROUP: Final = 1000


class UnreadableError(ValueError):
    """A text is not a valid value of the setting.

    In the error, `takes` replaces the setting's words, and `part` replaces the whole text.
    """

    def __init__(self, takes: str | None = None, part: str | None = None) -> None:
        super().__init__(takes)
        self.takes = takes
        self.part = part


@dataclass(frozen=True, slots=True)
class Takes:
    """The accepted values of a setting, in words."""

    words: str


class Secret:
    """Marks a setting that is never printed."""

    def shown(self, text: str) -> str:
        """The text in a form that may be printed."""
        return "***" if text else ""


class SecretAddress(Secret):
    """Marks a setting that is an address and may hold a password."""

    def shown(self, text: str) -> str:
        return without_password(text)


def reader(read: Callable[[str], Any]) -> BeforeValidator:
    """A validator that reads a text with `read`; other values pass unchanged."""
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


def read_rate(text: str) -> tuple[int, int] | None:
    """COUNT/SECONDS such as 20/1s, both at least 1; None for off. Raises UnreadableError."""
    if text == "off":
        return None
    found = _RATE.fullmatch(text)
    if not found or int(found[1]) < 1 or int(found[2]) < 1:
        raise UnreadableError
    return int(found[1]), int(found[2])


def read_size(text: str) -> int:
    """Bytes, at least 1, such as 512, 64KiB or 16MiB. Raises UnreadableError."""
    found = _SIZE.fullmatch(text)
    if not found or int(found[1]) < 1:
        raise UnreadableError
    return int(found[1]) * UNITS[found[2]]


def is_address(rest: str) -> bool:
    """Whether the text after `scheme://` has a host and a valid port."""
    try:
        parts = urlsplit(f"redis://{rest}")
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by name or by address."""
    return _LOOPBACK.fullmatch(host) is not None


def without_password(address: str) -> str:
    """An address in a form that may be printed: no user, no password, no parameters.

    The address may be malformed; then nothing is shown that could be a password.
    """
    scheme, separator, rest = address.rpartition("://")
    secret, at, place = rest.rpartition("@")
    hidden = "***" if secret else ""
    shown = place if _PLACE.fullmatch(place) else "***"
    return f"{scheme if _SCHEME.fullmatch(scheme) else '***'}{separator}{hidden}{at}{shown}"


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise UnreadableError
    return text == "1"


def _message_rate(text: str) -> Rate | None:
    rate = read_rate(text)
    return rate and Rate(per_second=rate[0] / rate[1], burst=2 * rate[0])


def _plain_rate(text: str) -> Rate | None:
    rate = read_rate(text)
    return rate and Rate(per_second=rate[0] / rate[1], burst=rate[0])


def _byte_rate(text: str) -> float | None:
    if text == "off":
        return None
    size, _, seconds = text.removesuffix("s").partition("/")
    if not text.endswith("s") or not seconds.isdecimal() or int(seconds) < 1:
        raise UnreadableError
    return read_size(size) / int(seconds)


def _room_bytes(text: str) -> int | None:
    return None if text == "off" else read_size(text)


def _history(text: str) -> str:
    scheme, _, rest = text.partition(":///")
    if text == "off" or (scheme == "sqlite" and rest and not rest.isspace()):
        return text
    scheme, _, rest = text.partition("://")
    if scheme == "postgresql" and is_address(rest) and urlsplit(text).path.strip("/"):
        return text
    raise UnreadableError


def _origins(text: str) -> frozenset[str]:
    if text.strip() == "*":
        return frozenset({"*"})
    origins = [origin.strip().lower() for origin in text.split(",") if origin.strip()]
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise UnreadableError(part=origin)
    return frozenset(origins)


def _hosts(text: str) -> frozenset[str]:
    hosts = [host.strip().lower() for host in text.split(",") if host.strip()]
    for host in hosts:
        if host != "*" and not _HOST.fullmatch(host):
            raise UnreadableError(part=host)
    return frozenset(hosts)


def _outbox(text: str) -> OutboxLimit:
    frames, _, size = text.partition("/")
    if not frames.isdecimal() or int(frames) < 1:
        raise UnreadableError
    return OutboxLimit(frames=int(frames), size=read_size(size or "16MiB"))


def _backends(text: str) -> tuple[tuple[str, str], ...]:
    backends = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, separator, origin = entry.partition("=")
        if not separator or not name or not _ORIGIN.fullmatch(origin):
            raise UnreadableError(part=entry)
        backends.append((name, origin))
    return tuple(backends)


def _replica(text: str) -> str:
    name = socket.gethostname() if text == "hostname" else text
    if not _REPLICA.fullmatch(name):
        raise UnreadableError
    return name


def _key_file(text: str) -> str:
    try:
        if text and not read_key(text):
            raise UnreadableError
    except (OSError, UnicodeDecodeError):
        raise UnreadableError from None
    return text


def read_key(path: str) -> str:
    """The key in a file, without white space around it. Raises OSError, UnicodeDecodeError."""
    return Path(path).read_text("utf-8").strip()


def _companion(text: str) -> str:
    origin = text.strip().lower()
    found = _ONE_ORIGIN.fullmatch(origin)
    if origin and not (found and 0 < int(found["port"] or 80) <= _HIGHEST_PORT):
        raise UnreadableError
    return origin


Switch = Annotated[bool, reader(_switch), Takes("1 or 0")]
Replica = Annotated[
    str,
    reader(_replica),
    Takes("hostname, or at most 64 letters, digits, dots, hyphens and underscores"),
]
KeyFile = Annotated[str, reader(_key_file), Takes("the path of a file that has the key")]
MessageRate = Annotated[
    Rate | None, reader(_message_rate), Takes("off, or MESSAGES/SECONDS as 20/1s")
]
FailureRate = Annotated[
    Rate | None, reader(_plain_rate), Takes("off, or FAILURES/SECONDS as 10/60s")
]
ByteRate = Annotated[float | None, reader(_byte_rate), Takes("off, or BYTES/SECONDS as 2MiB/1s")]
HandshakeRate = Annotated[
    Rate | None, reader(_plain_rate), Takes("off, or HANDSHAKES/SECONDS as 50/1s")
]
History = Annotated[
    str,
    reader(_history),
    Takes("off, sqlite:///PATH, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"),
    SecretAddress(),
]
ImageBytes = Annotated[
    int, Field(ge=1, le=_MOST_IMAGE_BYTES), Takes(f"bytes, from 1 to {_MOST_IMAGE_BYTES}")
]
CommitGroup = Annotated[
    int, Field(ge=1, le=_MOST_COMMIT_GROUP), Takes(f"messages, from 1 to {_MOST_COMMIT_GROUP}")
]
RoomBytes = Annotated[int | None, reader(_room_bytes), Takes("off, or bytes as 1024MiB")]
Origins = Annotated[
    frozenset[str], reader(_origins), Takes("origins as http://HOST:PORT, with commas")
]
Hosts = Annotated[
    frozenset[str],
    reader(_hosts),
    Takes("names or addresses without ports, as chat.example,10.0.0.1,[fd00::1], with commas"),
]
TrustedProxies = Annotated[
    tuple[Network, ...],
    reader(read_networks),
    Takes("addresses or networks as 10.0.0.0/8, with commas"),
]
Outbox = Annotated[OutboxLimit, reader(_outbox), Takes("FRAMES or FRAMES/BYTES, as 1000/16MiB")]
Backends = Annotated[
    tuple[tuple[str, str], ...], reader(_backends), Takes("FRAMEWORK=ORIGIN, with commas")
]
Companion = Annotated[str, reader(_companion), Takes("nothing, or one origin as http://HOST:PORT")]
