"""The role that the chats of `docker-compose.yml` come by: made by the service's own command."""

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from bench.stack.postgres import PostgresEngine, find_postgres
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


def test_the_chats_role_owns_its_database_and_is_no_superuser(engine: PostgresEngine) -> None:
    for _ in range(2):  # and when it is started again
        made = _run(engine, _password(engine))
        assert made.returncode == 0, made.stderr
    with psycopg.connect(_url(engine, "chat", "chat")) as connection:
        connection.execute("CREATE TABLE messages ()")
        asked = "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'chat'"
        assert connection.execute(asked).fetchone() == (False, False, False)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(_url(engine, "postgres", "postgres"))


def test_a_wrong_password_makes_nothing(engine: PostgresEngine) -> None:
    refused = _run(engine, "wrong")
    assert refused.returncode != 0
    assert "password authentication failed" in refused.stderr


def _run(engine: PostgresEngine, password: str) -> subprocess.CompletedProcess[str]:
    """The service's command, where this PostgreSQL answers."""
    told = {"PGHOST": "127.0.0.1", "PGPORT": str(engine.port), "PGPASSWORD": password}
    assert told.keys() >= environment("role").keys()
    binaries = find_postgres()
    assert binaries is not None
    path = f"{binaries}:{os.environ['PATH']}"
    return subprocess.run(
        services()["role"]["command"],
        env={"PATH": path, **told},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _password(engine: PostgresEngine) -> str:
    return engine.url.partition("@")[0].rpartition(":")[2]


def _url(engine: PostgresEngine, role: str, database: str) -> str:
    return f"postgresql://{role}:{_password(engine)}@127.0.0.1:{engine.port}/{database}"
