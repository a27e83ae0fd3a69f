"""The settings of a chat, read from the environment: the same names for both backends.

To add a setting:

1. Declare a field of `Settings`, with the name of its variable and its default as the text that the
   environment would have: `quota: Quota = _setting("CHAT_QUOTA", "1GiB")`.
2. Give it a type of `chat_core.setting_types`, or add one there: a reader of the text, and the
   words for accepted values. A plain `int` with pydantic's constraints needs only `Takes`.
3. Describe its purpose in `chat_core.contract.SETTINGS`, and run `chatbench report`.
4. If it is only for development, refuse it in `chat_core.production`. A limit that is None, which
   means off, is already refused there.
"""

import secrets
from collections.abc import Collection, Mapping
from pathlib import PurePath
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from chat_core import production, protocol_limits
from chat_core.hosts import served_hosts
from chat_core.rate_limit import Rate
from chat_core.setting_types import (
    Backends,
    ByteRate,
    CommitGroup,
    Companion,
    FailureRate,
    HandshakeRate,
    History,
    Hosts,
    ImageBytes,
    KeyFile,
    MessageRate,
    Origins,
    Outbox,
    Replica,
    RoomBytes,
    Secret,
    SecretAddress,
    Switch,
    Takes,
    TrustedProxies,
    UnreadableError,
    is_address,
    is_loopback,
    read_key,
)

DEFAULT_BACKENDS: Final = "django-channels=http://localhost:8001,fastapi=http://localhost:8002"
DEFAULT_ORIGINS: Final = ",".join(
    f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in (8001, 8002)
)

_PREFIX: Final = "CHAT_"
_REDIS_FANOUTS: Final = ("redis", "redis+pubsub", "broadcaster+redis")
_POSTGRESQL_FANOUTS: Final = ("broadcaster+postgres",)
_ALL_FANOUTS: Final = ("memory", *_REDIS_FANOUTS, *_POSTGRESQL_FANOUTS)
_ALL_VARIANTS: Final = ("standard", "tutorial", "tuned")


class SettingsError(Exception):
    """A setting cannot be read; the text is one line with its name and the accepted values."""


def _setting(name: str, default: str, **options: Any) -> Any:
    """A field that is read from the variable `name`; `default` is a text, as in the environment."""
    return Field(default, validation_alias=name, validate_default=True, **options)


class Settings(BaseSettings):
    """All settings of a chat. `from_environ` reads them.

    Without `from_environ`, all have their defaults, and the environment is ignored.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        validate_by_name=True,
        case_sensitive=True,
        # Each type reads its text itself, which is no JSON.
        enable_decoding=False,
        hide_input_in_errors=True,
    )

    # What this backend has. These fields come first, because the readers of others need them.
    fanouts: Annotated[tuple[str, ...], Field(repr=False)] = _ALL_FANOUTS
    variants: Annotated[tuple[str, ...], Field(repr=False)] = _ALL_VARIANTS

    environment: Annotated[
        Literal["development", "production"], Takes("development or production")
    ] = _setting("CHAT_ENV", "development")
    fanout: Annotated[str, SecretAddress()] = _setting("CHAT_FANOUT", "memory://")
    history: History = _setting("CHAT_HISTORY", "off")
    secret_key_file: KeyFile = _setting("CHAT_SECRET_KEY_FILE", "")
    secret_key: Annotated[str, Takes("any text"), Secret()] = _setting("CHAT_SECRET_KEY", "")
    made_secret_key: bool = False
    """Whether the key was made at this start, so that the next start has another one."""
    origins: Origins = _setting("CHAT_ORIGINS", DEFAULT_ORIGINS)
    further_hosts: Hosts = _setting("CHAT_HOSTS", "")
    """Accepted Host headers besides the hosts of the origins."""
    guests: Switch = _setting("CHAT_GUESTS", "1")
    max_image_bytes: ImageBytes = _setting("CHAT_MAX_IMAGE_BYTES", "8388608")
    rate_limit: MessageRate = _setting("CHAT_RATE_LIMIT", "20/1s")
    bytes_per_second: ByteRate = _setting("CHAT_BYTE_RATE", "2MiB/1s")
    handshake_rate: HandshakeRate = _setting("CHAT_HANDSHAKE_RATE", "50/1s")
    commit_group: CommitGroup = _setting("CHAT_COMMIT_GROUP", "100")
    """The largest number of messages in one commit; with 1, each message has its own commit."""
    room_bytes: RoomBytes = _setting("CHAT_ROOM_BYTES", "1024MiB")
    """How many bytes the history of one room may hold; None is no bound."""
    history_bytes: RoomBytes = _setting("CHAT_HISTORY_BYTES", "16384MiB")
    """How many bytes the histories of all rooms may hold together; None is no bound."""
    login_limit: FailureRate = _setting("CHAT_LOGIN_LIMIT", "10/60s")
    """Failed logins with one name from one address, before more are refused."""
    trusted_proxies: TrustedProxies = _setting("CHAT_TRUSTED_PROXIES", "")
    """The proxies whose `X-Forwarded-For` names the client."""
    debug: Switch = _setting("CHAT_DEBUG", "0")
    outbox: Outbox = _setting("CHAT_OUTBOX", "1000/16MiB")
    variant: str = _setting("CHAT_VARIANT", "standard")
    metrics: Switch = _setting("CHAT_METRICS", "0")
    replica: Replica = _setting("CHAT_REPLICA", "")
    """The name of this process among its replicas; empty without a name."""
    backends: Backends = _setting("CHAT_BACKENDS", DEFAULT_BACKENDS)
    """Where the browser client finds the chats: (framework, origin)."""
    companion: Companion = _setting("CHAT_COMPANION", "")
    """The origin of the companion for the browser client; empty without a companion."""

    @property
    def fanout_kind(self) -> str:
        """The fan-out's scheme: memory, redis, redis+pubsub, broadcaster+redis, …"""
        return self.fanout.partition("://")[0]

    @property
    def redis_url(self) -> str | None:
        """The address of the fan-out's Redis; None if it uses none."""
        scheme, _, rest = self.fanout.partition("://")
        return f"redis://{rest}" if scheme in _REDIS_FANOUTS else None

    @property
    def companion_origins(self) -> frozenset[str]:
        """The companion's origins, under every host name that a page may use.

        On a loopback, a page uses its own host name for the companion, as for the backends.
        """
        parts = urlsplit(self.companion)
        if parts.hostname is None or not is_loopback(parts.hostname):
            return frozenset({self.companion} - {""})
        names = {parts.hostname, *(urlsplit(origin).hostname for origin in self.origins)}
        port = f":{parts.port}" if parts.port else ""
        return frozenset(f"{parts.scheme}://{_bracketed(name)}{port}" for name in names if name)

    @property
    def byte_rate(self) -> Rate | None:
        """Bytes that one connection, and one address, may send; a burst is two images long."""
        if self.bytes_per_second is None:
            return None
        return Rate(per_second=self.bytes_per_second, burst=2 * self.max_image_bytes)

    @property
    def hosts(self) -> frozenset[str]:
        """The accepted Host headers, without ports; `*` allows any."""
        return served_hosts(self.origins, self.further_hosts)

    @property
    def history_kind(self) -> str:
        """off, sqlite or postgresql."""
        return self.history.partition(":")[0]

    @property
    def max_frame_bytes(self) -> int:
        """The largest WebSocket message that a server must pass, in both directions."""
        return self.max_image_bytes + protocol_limits.FRAME_OVERHEAD_BYTES

    @classmethod
    def from_environ(
        cls, environ: Mapping[str, str], fanouts: Collection[str], variants: Collection[str]
    ) -> Self:
        """Read the CHAT_… variables; `fanouts` and `variants` are the ones that this backend has.

        Raises SettingsError.
        """
        given = _GivenEnviron(cls, environ)()
        try:
            settings = cls(fanouts=tuple(fanouts), variants=tuple(variants), **given)
        except ValidationError as error:
            raise SettingsError(_refusal(error.errors(include_url=False)[0], environ)) from None
        if settings.secret_key:
            return settings
        made = {"secret_key": secrets.token_urlsafe(50), "made_secret_key": True}
        return settings.model_copy(update=made)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Use only given values: `from_environ` gives the values of the environment."""
        return (init_settings,)

    @field_validator("fanout")
    @classmethod
    def _is_known_fanout(cls, value: str, info: ValidationInfo) -> str:
        scheme, separator, rest = value.partition("://")
        fanouts = info.data["fanouts"]
        if not separator or scheme not in fanouts or (scheme == "memory" and rest):
            raise UnreadableError(f"one of {', '.join(f'{name}://' for name in fanouts)}")
        if scheme != "memory" and not is_address(rest):
            example = "DATABASE" if scheme in _POSTGRESQL_FANOUTS else "0"
            raise UnreadableError(f"an address, as {scheme}://HOST:PORT/{example}")
        return value

    @field_validator("secret_key")
    @classmethod
    def _may_be_in_a_file(cls, value: str, info: ValidationInfo) -> str:
        path = info.data.get("secret_key_file")
        return read_key(path) if path and not value else value

    @field_validator("variant")
    @classmethod
    def _is_known_variant(cls, value: str, info: ValidationInfo) -> str:
        if value not in info.data["variants"]:
            raise UnreadableError(f"one of {', '.join(info.data['variants'])}")
        return value

    @model_validator(mode="after")
    def _tutorial_keeps_nothing(self) -> Self:
        if self.variant == "tutorial" and self.history != "off":
            raise ValueError("CHAT_VARIANT=tutorial takes CHAT_HISTORY=off: tutorials keep nothing")
        return self

    @model_validator(mode="after")
    def _tutorial_has_no_metrics(self) -> Self:
        if self.variant == "tutorial" and self.metrics:
            raise ValueError("CHAT_VARIANT=tutorial takes CHAT_METRICS=0: tutorials count nothing")
        return self

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        if self.environment == "production":
            for sentence in production.refusals(self):
                raise ValueError(sentence)
        return self

    def __repr_args__(self) -> Any:
        """The fields of the repr: addresses without passwords."""
        for name, value in super().__repr_args__():
            field = type(self).model_fields.get(name or "")
            yield name, value if field is None else _shown(field, value)


def declared() -> dict[str, str]:
    """The variables of all settings, each with its default as a text for the environment."""
    return {
        str(field.validation_alias): str(field.default)
        for field in Settings.model_fields.values()
        if field.validation_alias is not None
    }


def server_name(environ: Mapping[str, str], argv0: str) -> str:
    """The ASGI server of this process: CHAT_SERVER, or the name of the command."""
    return environ.get("CHAT_SERVER") or PurePath(argv0).stem or "unknown"


class _GivenEnviron(EnvSettingsSource):
    """Reads a given environment instead of the process's environment."""

    def __init__(self, settings: type[BaseSettings], environ: Mapping[str, str]) -> None:
        super().__init__(settings)
        self.env_vars = {name: text for name, text in environ.items() if name.startswith(_PREFIX)}


def _refusal(error: ErrorDetails, environ: Mapping[str, str]) -> str:
    """The first of pydantic's errors in one sentence."""
    cause = error.get("ctx", {}).get("error")
    if not error["loc"]:
        return str(cause)
    name = str(error["loc"][0])
    field = next(each for each in Settings.model_fields.values() if each.validation_alias == name)
    takes = next((each.words for each in field.metadata if isinstance(each, Takes)), None)
    text = environ.get(name, "")
    if isinstance(cause, UnreadableError):
        takes, text = cause.takes or takes, cause.part or text
    return f"{name}={_shown(field, text)!r} cannot be read: it takes {takes}"


def _shown(field: FieldInfo, value: Any) -> Any:
    """A value in a form that may be printed."""
    secret = next((each for each in field.metadata if isinstance(each, Secret)), None)
    return value if secret is None else secret.shown(value)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
