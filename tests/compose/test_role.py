"""The role of the chats of `docker-compose.yml`, made and used by the services' own commands."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from bench.stack.postgres import PostgresEngine, find_postgres
from chat_servers.make_password import make_password
from tests.compose.composition import environment, services

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine() -> Iterator[PostgresEngine]:
    """One of its own: the command takes the superuser's password away."""
    running = PostgresEngine()
    try:
        with psycopg.connect(_url(running, "postgres", "postgres"), autocommit=True) as superuser:
            superuser.execute("DROP DATABASE chat")
        yield running
    finally:
        running.stop()


def test_the_chats_role_owns_its_database_and_is_no_superuser(
    engine: PostgresEngine, tmp_path: Path
) -> None:
    for _ in range(2):  # and when it is started again
        made = _run("role", engine, _files(tmp_path, _password(engine)))
        assert made.returncode == 0, made.stderr
    with psycopg.connect(_url(engine, "chat", "chat")) as connection:
        connection.execute("CREATE TABLE messages ()")
        asked = "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'chat'"
        assert connection.execute(asked).fetchone() == (False, False, False)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(_url(engine, "postgres", "postgres"))


def test_a_wrong_password_makes_nothing(engine: PostgresEngine, tmp_path: Path) -> None:
    refused = _run("role", engine, _files(tmp_path, "wrong"))
    assert refused.returncode != 0
    assert "password authentication failed" in refused.stderr


@pytest.mark.parametrize("migration", ["migrate-django", "migrate-fastapi"])
def test_a_chat_finds_the_password_in_the_made_file(
    engine: PostgresEngine, tmp_path: Path, migration: str
) -> None:
    files = _files(tmp_path, _password(engine))
    assert _run("role", engine, files).returncode == 0
    migrated = _run(migration, engine, files)
    assert migrated.returncode == 0, migrated.stderr
    refused = _run(migration, engine, _files(tmp_path / "other", "wrong"))
    assert refused.returncode != 0
    assert "password authentication failed" in refused.stderr


def _files(folder: Path, password: str) -> dict[str, str]:
    """The variables of a service, with files of this password where it looks for them."""
    folder.mkdir(exist_ok=True)
    file, passfile = folder / "postgres", folder / "pgpass"
    make_password(file, passfile, password)
    return {"PASSWORD_FILE": str(file), "PGPASSFILE": str(passfile)}


def _run(
    name: str, engine: PostgresEngine, files: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The service's command, where this PostgreSQL answers."""
    service = services()[name]
    told = environment(name)
    ours = {each: files[each] for each in files if each in told}
    assert ours, "the service has a file with the password"
    command = service["command"]
    if name == "role":
        told = {"PGHOST": "127.0.0.1", "PGPORT": str(engine.port)}
    else:
        where = told["CHAT_HISTORY"].replace("@postgres:5432", f"@127.0.0.1:{engine.port}")
        told = told | {"CHAT_HISTORY": where, "CHAT_SECRET_KEY_FILE": ""}
        command = [sys.executable, "-m", *command]
    binaries = find_postgres()
    assert binaries is not None
    return subprocess.run(
        command,
        env={"PATH": f"{binaries}:{os.environ['PATH']}", **told, **ours},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _password(engine: PostgresEngine) -> str:
    return engine.url.partition("@")[0].rpartition(":")[2]


def _url(engine: PostgresEngine, role: str, database: str) -> str:
    return f"postgresql://{role}:{_password(engine)}@127.0.0.1:{engine.port}/{database}"
