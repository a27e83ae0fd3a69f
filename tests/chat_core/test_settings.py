"""Settings: valid values, and the one-line error for each invalid value."""

import socket
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chat_core.outbox import OutboxLimit
from chat_core.rate_limit import Rate
from chat_core.settings import Settings, SettingsError, declared, server_name

FANOUTS = ("memory", "redis", "redis+pubsub", "broadcaster+redis", "broadcaster+postgres")
VARIANTS = ("standard", "tutorial")


def read(**environ: str) -> Settings:
    return Settings.from_environ(environ, FANOUTS, VARIANTS)


def test_without_variables_every_setting_has_its_default() -> None:
    settings = read()
    assert settings.fanout == "memory://"
    assert settings.history == "off"
    assert settings.rate_limit == Rate(20, 40)
    assert settings.outbox == OutboxLimit(1000, 16 * 1024**2)
    assert settings.max_image_bytes == 8 * 1024**2
    assert settings.guests
    assert "http://localhost:8001" in settings.origins
    assert "http://127.0.0.1:8002" in settings.origins
    assert settings.variant == "standard"
    assert settings.commit_group == 100
    assert settings.login_limit == Rate(10 / 60, 10)
    assert not settings.debug


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("CHAT_FANOUT", "redis://h:6379/0", "fanout", "redis://h:6379/0"),
        ("CHAT_FANOUT", "redis+pubsub://h", "fanout_kind", "redis+pubsub"),
        ("CHAT_FANOUT", "redis+pubsub://u:p@h:1/2", "redis_url", "redis://u:p@h:1/2"),
        ("CHAT_FANOUT", "memory://", "redis_url", None),
        ("CHAT_FANOUT", "broadcaster+redis://h:1/2", "redis_url", "redis://h:1/2"),
        ("CHAT_FANOUT", "broadcaster+postgres://u:p@h:1/d", "fanout_kind", "broadcaster+postgres"),
        ("CHAT_FANOUT", "broadcaster+postgres://u:p@h:1/d", "redis_url", None),
        ("CHAT_HISTORY", "off", "history_kind", "off"),
        ("CHAT_HISTORY", "sqlite:///x.db", "history", "sqlite:///x.db"),
        ("CHAT_HISTORY", "sqlite:////var/lib/x.db", "history_kind", "sqlite"),
        ("CHAT_HISTORY", "postgresql://u:p@h:1/d", "history_kind", "postgresql"),
        ("CHAT_COMMIT_GROUP", "1", "commit_group", 1),
        ("CHAT_COMMIT_GROUP", "1000", "commit_group", 1000),
        ("CHAT_LOGIN_LIMIT", "off", "login_limit", None),
        ("CHAT_LOGIN_LIMIT", "3/2s", "login_limit", Rate(1.5, 3)),
        ("CHAT_TRUSTED_PROXIES", "", "trusted_proxies", ()),
        ("CHAT_TRUSTED_PROXIES", "10.0.0.1", "trusted_proxies", (ip_network("10.0.0.1"),)),
        ("CHAT_DEBUG", "1", "debug", True),
        ("CHAT_ORIGINS", " * ", "origins", {"*"}),
        ("CHAT_GUESTS", "0", "guests", False),
        ("CHAT_MAX_IMAGE_BYTES", "1", "max_image_bytes", 1),
        ("CHAT_MAX_IMAGE_BYTES", "1000", "max_frame_bytes", 1000 + 64 * 1024),
        ("CHAT_RATE_LIMIT", "off", "rate_limit", None),
        ("CHAT_RATE_LIMIT", "30/10s", "rate_limit", Rate(3, 60)),
        ("CHAT_OUTBOX", "10", "outbox", OutboxLimit(10, 16 * 1024**2)),
        ("CHAT_OUTBOX", "10/2KiB", "outbox", OutboxLimit(10, 2048)),
        ("CHAT_OUTBOX", "10/5", "outbox", OutboxLimit(10, 5)),
        ("CHAT_ORIGINS", "HTTP://A:1, http://b", "origins", {"http://a:1", "http://b"}),
        ("CHAT_ORIGINS", "", "origins", set()),
        ("CHAT_HOSTS", " Backend,[fd00::1]", "further_hosts", {"backend", "[fd00::1]"}),
        ("CHAT_HOSTS", "*", "further_hosts", {"*"}),
        ("CHAT_VARIANT", "tutorial", "variant", "tutorial"),
        ("CHAT_BACKENDS", "x=http://a, y=https://b:1", "backends", (("x", "http://a"), ("y", "https://b:1"))),
        ("CHAT_COMPANION", "", "companion", ""),
        ("CHAT_COMPANION", " HTTPS://Bench.example ", "companion", "https://bench.example"),
        ("CHAT_SECRET_KEY", "k", "secret_key", "k"),
        ("CHAT_METRICS", "1", "metrics", True),
        ("CHAT_REPLICA", "chat-1.a_b", "replica", "chat-1.a_b"),
        ("CHAT_REPLICA", "hostname", "replica", socket.gethostname()),
    ],
)  # fmt: skip
def test_a_setting_is_read(name: str, value: str, field: str, expected: Any) -> None:
    assert getattr(read(**{name: value}), field) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAT_ENV", "staging"),
        ("CHAT_METRICS", "yes"),
        ("CHAT_REPLICA", "a b"),
        ("CHAT_REPLICA", "a" * 65),
        ("CHAT_SECRET_KEY_FILE", "/there/is/none"),
        ("CHAT_SECRET_KEY_FILE", "/"),
        ("CHAT_FANOUT", "memory"),
        ("CHAT_FANOUT", "memory://host"),
        ("CHAT_FANOUT", "kafka://h"),
        ("CHAT_FANOUT", "redis://"),
        ("CHAT_FANOUT", "redis://h:0"),
        ("CHAT_FANOUT", "redis://h:99999"),
        ("CHAT_FANOUT", "redis://[::1"),
        ("CHAT_FANOUT", "broadcaster+redis://"),
        ("CHAT_FANOUT", "broadcaster+kafka://h"),
        ("CHAT_HISTORY", ""),
        ("CHAT_HISTORY", "on"),
        ("CHAT_HISTORY", "sqlite"),
        ("CHAT_HISTORY", "sqlite:///"),
        ("CHAT_HISTORY", "sqlite:/// "),
        ("CHAT_HISTORY", "sqlite://x.db"),
        ("CHAT_HISTORY", "mysql://h/d"),
        ("CHAT_HISTORY", "postgresql://"),
        ("CHAT_HISTORY", "postgresql:///d"),
        ("CHAT_HISTORY", "postgresql://h"),
        ("CHAT_HISTORY", "postgresql://h/"),
        ("CHAT_HISTORY", "postgresql://h:99999/d"),
        ("CHAT_COMMIT_GROUP", "0"),
        ("CHAT_COMMIT_GROUP", "1001"),
        ("CHAT_COMMIT_GROUP", "²"),
        ("CHAT_LOGIN_LIMIT", "10"),
        ("CHAT_LOGIN_LIMIT", "0/60s"),
        ("CHAT_LOGIN_LIMIT", "10/0s"),
        ("CHAT_TRUSTED_PROXIES", "localhost"),
        ("CHAT_TRUSTED_PROXIES", "*"),
        ("CHAT_DEBUG", "true"),
        ("CHAT_ORIGINS", "localhost:8001"),
        ("CHAT_ORIGINS", "http://a/path"),
        ("CHAT_ORIGINS", "*,http://a"),
        ("CHAT_HOSTS", "backend:8001"),
        ("CHAT_HOSTS", "http://backend"),
        ("CHAT_HOSTS", "fd00::1"),
        ("CHAT_GUESTS", "yes"),
        ("CHAT_COMPANION", "localhost:8003"),
        ("CHAT_COMPANION", "http://localhost:8003/"),
        ("CHAT_COMPANION", "http://a,http://b"),
        ("CHAT_COMPANION", "http://a:port"),
        ("CHAT_COMPANION", "http://a:99999"),
        ("CHAT_COMPANION", "http://ann@a"),
        ("CHAT_COMPANION", "http://:8003"),
        ("CHAT_COMPANION", "http://a;script-src"),
        ("CHAT_COMPANION", "http://a:0"),
        ("CHAT_COMPANION", "http://[::1"),
        ("CHAT_COMPANION", "http://[1]:1"),
        ("CHAT_COMPANION", "*"),
        ("CHAT_MAX_IMAGE_BYTES", "0"),
        ("CHAT_MAX_IMAGE_BYTES", "-1"),
        ("CHAT_MAX_IMAGE_BYTES", "8MiB"),
        ("CHAT_MAX_IMAGE_BYTES", "²"),
        ("CHAT_RATE_LIMIT", "20"),
        ("CHAT_RATE_LIMIT", "0/1s"),
        ("CHAT_RATE_LIMIT", "1/0s"),
        ("CHAT_RATE_LIMIT", "20/1m"),
        ("CHAT_OUTBOX", "0"),
        ("CHAT_OUTBOX", "10/0"),
        ("CHAT_OUTBOX", "10/16MB"),
        ("CHAT_OUTBOX", "/16MiB"),
        ("CHAT_VARIANT", "tuned"),
        ("CHAT_BACKENDS", "fastapi"),
        ("CHAT_BACKENDS", "=http://a"),
        ("CHAT_BACKENDS", "x=a"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{name: value})
    line = str(refused.value)
    assert line.startswith(f"{name}=")
    assert " cannot be read: it takes " in line
    assert "\n" not in line


PRODUCTION = {
    "CHAT_ENV": "production",
    "CHAT_SECRET_KEY": "a key of tests, " * 4,
    "CHAT_ORIGINS": "https://chat.example,http://localhost:8001,http://127.0.0.1:1,http://[::1]:2",
}


def test_production_accepts_safe_settings() -> None:
    assert read(**PRODUCTION).environment == "production"


@pytest.mark.parametrize("name", ["CHAT_SECRET_KEY", "CHAT_ORIGINS"])
def test_production_requires_these_settings(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingsError) as refused:
        read(**environ)
    assert str(refused.value) == f"{name} is not set: it is required with CHAT_ENV=production"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAT_DEBUG", "1"),
        ("CHAT_ORIGINS", "*"),
        ("CHAT_ORIGINS", " * "),
        ("CHAT_ORIGINS", "https://chat.example,http://chat.example"),
        ("CHAT_ORIGINS", "http://localhost.example"),
        ("CHAT_HOSTS", "*"),
        ("CHAT_RATE_LIMIT", "off"),
        ("CHAT_BYTE_RATE", "off"),
        ("CHAT_HANDSHAKE_RATE", "off"),
        ("CHAT_LOGIN_LIMIT", "off"),
        ("CHAT_VARIANT", "tutorial"),
    ],
)
def test_production_refuses_settings_for_development(name: str, value: str) -> None:
    read(**{name: value})
    with pytest.raises(SettingsError) as refused:
        read(**PRODUCTION | {name: value})
    line = str(refused.value)
    assert line.startswith(f"{name}=")
    assert " is refused with CHAT_ENV=production: " in line
    assert "\n" not in line


@pytest.mark.parametrize("key", ["0", "guessable" * 5, "abc" * 50])
def test_production_refuses_a_key_that_can_be_guessed_and_does_not_show_it(key: str) -> None:
    read(CHAT_SECRET_KEY=key)
    with pytest.raises(SettingsError) as refused:
        read(**PRODUCTION | {"CHAT_SECRET_KEY": key})
    line = str(refused.value)
    assert line.startswith("This CHAT_SECRET_KEY is refused with CHAT_ENV=production: ")
    assert key not in line.removesuffix("50 characters, 5 of them different")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAT_HISTORY", "postgresql://ann:pa55@h:99999/d"),
        ("CHAT_HISTORY", "postgresql://ann:pa55@h"),
        ("CHAT_HISTORY", "postgres://ann:pa55@h/d"),
        ("CHAT_HISTORY", "postgresql:ann:pa55@h/d"),
        ("CHAT_HISTORY", "postgresql://ann:p@pa55@h:x/d"),
        ("CHAT_HISTORY", "postgresql://ann:pa55"),
        ("CHAT_HISTORY", "postgresql://h:0/d?user=ann&password=pa55"),
        ("CHAT_HISTORY", "host=h user=ann password=pa55"),
        ("CHAT_HISTORY", "ann:pa55://h"),
        ("CHAT_FANOUT", "redis://:pa55@h:0/0"),
        ("CHAT_FANOUT", "rediss://ann:pa55@h/0"),
        ("CHAT_FANOUT", "redis://ann:pa55#@h:0"),
        ("CHAT_FANOUT", "broadcaster+postgres://ann:pa55@:5432/d"),
    ],
)
def test_a_refusal_shows_no_password(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{name: value})
    assert str(refused.value).startswith(f"{name}=")
    assert "pa55" not in str(refused.value)


def test_a_refusal_shows_the_rest_of_an_address() -> None:
    with pytest.raises(SettingsError, match=r"^CHAT_HISTORY='postgresql://\*\*\*@h:99999/d' "):
        read(CHAT_HISTORY="postgresql://ann:pa55@h:99999/d")


def test_settings_show_no_secret() -> None:
    settings = read(
        CHAT_HISTORY="postgresql://ann:pa55@db/d",
        CHAT_FANOUT="redis://:pa55@broker/0",
        CHAT_SECRET_KEY="pa55",
    )
    for shown in (repr(settings), str(settings), f"{settings}"):
        assert "pa55" not in shown
        assert "@db/d" in shown
        assert "@broker/0" in shown


def test_a_variable_in_another_case_is_ignored() -> None:
    otherwise = read(chat_guests="0", guests="0", fanouts="x", variants="x")
    assert _without_key(otherwise) == _without_key(read())


def test_a_missing_secret_key_is_made_and_not_shown() -> None:
    first, second = read(), read()
    assert first.secret_key != second.secret_key
    assert len(first.secret_key) >= 50
    assert first.secret_key not in repr(first)


@pytest.mark.parametrize("name", declared())
def test_a_default_can_be_written_in_the_environment(name: str) -> None:
    assert _without_key(read(**{name: declared()[name]})) == _without_key(read())


def _without_key(settings: Settings) -> dict[str, Any]:
    return settings.model_dump(exclude={"secret_key"})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        read().guests = False


@given(name=st.sampled_from(sorted(declared())), value=st.text())
def test_any_text_is_read_or_refused_in_one_line(name: str, value: str) -> None:
    answer = _answer(name, value)
    assert isinstance(answer, Settings) or len(answer.splitlines()) == 1


def _answer(name: str, value: str) -> Settings | str:
    try:
        return read(**{name: value})
    except SettingsError as refused:
        return str(refused)


@pytest.mark.parametrize(
    ("environ", "argv0", "expected"),
    [
        ({"CHAT_SERVER": "daphne"}, "/usr/bin/uvicorn", "daphne"),
        ({}, "/usr/bin/uvicorn", "uvicorn"),
        ({}, "", "unknown"),
    ],
)
def test_the_server_is_named(environ: dict[str, str], argv0: str, expected: str) -> None:
    assert server_name(environ, argv0) == expected


@pytest.mark.parametrize(
    ("companion", "expected"),
    [
        ("", set()),
        ("https://bench.example", {"https://bench.example"}),
        (
            "http://localhost:3",
            {f"http://{host}:3" for host in ("localhost", "127.0.0.1", "[::1]")},
        ),
        ("https://localhost", {f"https://{host}" for host in ("localhost", "127.0.0.1", "[::1]")}),
    ],
)
def test_a_local_companion_is_reached_under_the_pages_host_name(
    companion: str, expected: set[str]
) -> None:
    origins = "http://localhost:1,http://127.0.0.1:1,http://[::1]:2"
    assert read(CHAT_COMPANION=companion, CHAT_ORIGINS=origins).companion_origins == expected


def test_if_all_origins_are_allowed_a_companion_keeps_its_host_name() -> None:
    settings = read(CHAT_COMPANION="http://localhost:3", CHAT_ORIGINS="*")
    assert settings.companion_origins == {"http://localhost:3"}


def test_a_tutorial_takes_no_history() -> None:
    with pytest.raises(SettingsError) as error:
        read(CHAT_VARIANT="tutorial", CHAT_HISTORY="sqlite:///chat.sqlite3")
    expected = "CHAT_VARIANT=tutorial takes CHAT_HISTORY=off: tutorials keep nothing"
    assert str(error.value) == expected


def test_a_key_in_a_file_is_taken_where_there_is_no_other(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("in the file\n", "utf-8")
    named = {"CHAT_SECRET_KEY_FILE": str(file)}
    assert read(**named).secret_key == "in the file"
    assert read(**named, CHAT_SECRET_KEY="").secret_key == "in the file"
    assert read(**named, CHAT_SECRET_KEY="given").secret_key == "given"
    assert not read(**named).made_secret_key


def test_an_empty_file_is_no_key(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(" \n", "utf-8")
    with pytest.raises(SettingsError, match=r"CHAT_SECRET_KEY_FILE=.* takes the path of a file"):
        read(CHAT_SECRET_KEY_FILE=str(file))


def test_the_tutorial_has_no_metrics() -> None:
    with pytest.raises(SettingsError, match="CHAT_VARIANT=tutorial takes CHAT_METRICS=0"):
        read(CHAT_VARIANT="tutorial", CHAT_METRICS="1")
