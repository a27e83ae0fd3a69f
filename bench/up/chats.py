"""`chatbench up`: both chats, on ports that are easy to type, until Ctrl-C."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from bench.companion.company.texts import ROOM as COMPANY_ROOM
from bench.declared.arms import Arm, find_arm, load_arms
from bench.errors import BenchError
from bench.stack.stack import ONE_ADDRESS, Stack, listen
from bench.up import history as up_history
from bench.up.companion_process import CompanionProcess
from bench.up.control import Control
from bench.up.engines import POSTGRES_KIND, Engines
from bench.up.sides import KEYS, Sides
from chat_core.settings import declared
from chat_servers.settings import SERVERS

BACKENDS: Final = {"django": "channels", "fastapi": "fastapi"}
_DEFAULT_SERVER: Final = "uvicorn"
"""The same for both, so that only the framework differs."""
_OFFSETS: Final = {"django": 0, "fastapi": 1}
COMPANION_OFFSET: Final = 2
LAST_PORT: Final = 65535 - COMPANION_OFFSET
_FANOUTS: Final = {
    "django": {"memory": "memory", "redis": "redis", "redis+pubsub": "pubsub"},
    "fastapi": {
        "memory": "memory",
        "redis": "redis",
        "redis+pubsub": "redis",  # FastAPI's Redis fan-out is pub/sub
        "broadcaster+redis": "broadcaster-redis",
        POSTGRES_KIND: "broadcaster-postgres",
    },
}
"""For each backend: the scheme of CHAT_FANOUT to the fan-out of an arm."""
FIRST_PORT: Final = 8001
_APART: Final = 10
"""How far a port is from the next one that is suggested."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command line; `server` is None for the usual one."""

    backend: str = "both"
    server: str | None = None
    fanout: str = "memory"
    history: str = "sqlite"
    workers: int = 1
    port: int = FIRST_PORT
    companion: bool = True
    company: bool = True


@dataclass(frozen=True, slots=True)
class Up:
    """What runs: a stack for each backend, the companion, and a sentence about the history."""

    sides: Sides
    history: str
    companion: CompanionProcess | None

    @property
    def stacks(self) -> dict[str, Stack]:
        """The stacks by backend."""
        return self.sides.stacks

    def control(self, say: Callable[[str], None]) -> Control | None:
        """What does the wishes of pages; None without a companion, through which they come."""
        if self.companion is None or self.companion.channel is None:
            return None
        return Control(self.companion.channel, self.sides, say)


def start(running: ExitStack, wanted: Wanted) -> Up:
    """Start the wanted chats and wait until they are healthy. Raises BenchError."""
    chosen = _backends(wanted.backend)
    kind, address = _fanout(wanted.fanout)
    arms = {name: _arm(name, wanted.server, kind, wanted.workers) for name in chosen}
    up_history.check(wanted.history)
    if wanted.workers > 1 and kind == "memory":
        raise BenchError(
            f"--workers {wanted.workers} takes --fanout redis: in memory, no process knows the"
            " others' members."
        )
    ports = {name: wanted.port + _OFFSETS[name] for name in chosen}
    _check_ports(wanted, ports)
    companion = _companion(running, wanted)
    engines = Engines(kind, address)
    running.callback(engines.stop)
    postgres = engines.local_postgres() if wanted.history == "postgresql" else None
    histories = up_history.choose(wanted.history, chosen, postgres)
    environ = browser_settings(ports) | {"CHAT_SECRET_KEY": histories.secret_key}
    environ |= {name: declared()[name] for name in ONE_ADDRESS}  # people come one by one
    if companion is not None:
        environ["CHAT_COMPANION"] = companion.origin
    sides = Sides(ports, wanted.workers, engines, histories.urls, environ)
    running.callback(sides.stop)
    for name, arm in arms.items():
        sides.start(name, arm)
    if companion is not None:
        backends = {KEYS[name]: stack.url for name, stack in sides.stacks.items()}
        company_room = COMPANY_ROOM if wanted.company else ""
        origins = environ["CHAT_ORIGINS"].split(",")
        companion.start(backends, origins, company_room, control=True)
    for stack in sides.stacks.values():
        stack.wait_until_healthy()
    if companion is not None:
        companion.wait_until_healthy()
    return Up(sides, histories.said, companion)


def browser_settings(ports: dict[str, int]) -> dict[str, str]:
    """The settings with the URLs of the chats that run, and the origins of the browser client."""
    origins = [f"http://{host}:{p}" for p in ports.values() for host in ("localhost", "127.0.0.1")]
    backends = [f"{KEYS[name]}=http://localhost:{p}" for name, p in ports.items()]
    return {"CHAT_ORIGINS": ",".join(origins), "CHAT_BACKENDS": ",".join(backends)}


def key_of(backend: str) -> str:
    """The backend's name in the browser client."""
    return KEYS[backend]


def _companion(running: ExitStack, wanted: Wanted) -> CompanionProcess | None:
    if not wanted.companion:
        return None
    companion = CompanionProcess(wanted.port + COMPANION_OFFSET)
    running.callback(companion.stop)
    return companion


def _check_ports(wanted: Wanted, ports: dict[str, int]) -> None:
    """Before anything starts. Raises BenchError that names the first taken port, and a free one."""
    needed = [port - wanted.port for port in ports.values()]
    if wanted.companion:
        needed.append(COMPANION_OFFSET)
    taken = _taken(wanted.port, needed)
    if taken is None:
        return
    words = taken.removesuffix(".")
    if wanted.companion and _taken(wanted.port, needed[:-1]) is None:
        raise BenchError(f"{words}; --no-companion needs none.")
    others = range(wanted.port + _APART, LAST_PORT, _APART)
    free = next((port for port in others if _taken(port, needed) is None), None)
    raise BenchError(f"{words}." if free is None else f"{words}; --port {free} is free.")


def _taken(port: int, offsets: list[int]) -> str | None:
    """The sentence about the first of these ports that is taken, or None."""
    for offset in offsets:
        try:
            listen(port + offset).close()
        except BenchError as error:
            return str(error)
    return None


def _backends(backend: str) -> list[str]:
    if backend != "both" and backend not in BACKENDS:
        raise BenchError(f"--backend {backend!r} is unknown: it takes both, django or fastapi.")
    return list(BACKENDS) if backend == "both" else [backend]


def _fanout(fanout: str) -> tuple[str, str | None]:
    """The kind of the fan-out, and the address if one is given."""
    kind, separator, address = fanout.partition("://")
    if kind not in _FANOUTS["fastapi"] or (separator and kind == "memory"):
        raise BenchError(
            f"--fanout {fanout!r} is unknown: it takes {', '.join(_FANOUTS['fastapi'])}, or an "
            "address as redis://HOST:PORT/0."
        )
    return kind, address or None


def _arm(backend: str, server: str | None, kind: str, workers: int) -> Arm:
    chosen = server or _DEFAULT_SERVER
    if chosen not in SERVERS:
        raise BenchError(f"--server {chosen!r} is unknown: it takes {_one_of(SERVERS)}.")
    if kind not in _FANOUTS[backend]:
        raise BenchError(f"--fanout {kind} is FastAPI's alone: add --backend fastapi.")
    ids = {each: f"{BACKENDS[backend]}-{each}-{_FANOUTS[backend][kind]}" for each in SERVERS}
    if ids[chosen] not in load_arms():
        possible = [each for each in SERVERS if ids[each] in load_arms()]
        raise BenchError(
            f"--fanout {kind} does not go with --server {chosen}: it takes {_one_of(possible)}."
        )
    return replace(find_arm(ids[chosen]), workers=workers)


def _one_of(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
