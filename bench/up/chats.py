"""`chatbench up`: both chats, on ports that are easy to type, until Ctrl-C."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from bench.declared.arms import Arm, find_arm, load_arms
from bench.errors import BenchError
from bench.stack.engines import RedisEngine
from bench.stack.postgres import PostgresEngine
from bench.stack.stack import ONE_ADDRESS, Stack
from bench.up import history as up_history
from bench.up.companion_process import CompanionProcess
from chat_core.settings import declared
from chat_servers.settings import SERVERS

BACKENDS: Final = {"django": "channels", "fastapi": "fastapi"}
_DEFAULT_SERVERS: Final = {"django": "daphne", "fastapi": "uvicorn"}
_KEYS: Final = {"django": "django-channels", "fastapi": "fastapi"}
"""The names of the backends in the browser client."""
_OFFSETS: Final = {"django": 0, "fastapi": 1}
COMPANION_OFFSET: Final = 2
LAST_PORT: Final = 65535 - COMPANION_OFFSET
_POSTGRES_FANOUT: Final = "broadcaster+postgres"
_FANOUTS: Final = {
    "django": {"memory": "memory", "redis": "redis", "redis+pubsub": "pubsub"},
    "fastapi": {
        "memory": "memory",
        "redis": "redis",
        "redis+pubsub": "redis",  # FastAPI's Redis fan-out is pub/sub
        "broadcaster+redis": "broadcaster-redis",
        _POSTGRES_FANOUT: "broadcaster-postgres",
    },
}
"""For each backend: the scheme of CHAT_FANOUT to the fan-out of an arm."""
FIRST_PORT: Final = 8001


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command line; `server` is None for each framework's usual server."""

    backend: str = "both"
    server: str | None = None
    fanout: str = "memory"
    history: str = "sqlite"
    workers: int = 1
    port: int = FIRST_PORT
    companion: bool = True


@dataclass(frozen=True, slots=True)
class Up:
    """What runs: a stack for each backend, the companion, and a sentence about the history."""

    stacks: dict[str, Stack]
    history: str
    companion: CompanionProcess | None


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
    companion = _companion(running, wanted)
    redis, postgres = _engines(running, kind, address, wanted.history)
    histories = up_history.choose(wanted.history, chosen, postgres)
    environ = browser_settings(ports) | {"CHAT_SECRET_KEY": histories.secret_key}
    environ |= {name: declared()[name] for name in ONE_ADDRESS}  # people come one by one
    if companion is not None:
        environ["CHAT_COMPANION"] = companion.origin
    stacks = {}
    for name, arm in arms.items():
        stacks[name] = Stack(
            arm,
            port=ports[name],
            redis=redis,
            postgres=postgres.address if postgres and address is None else address,
            history=histories.urls[name],
            environ=environ,
        )
        running.callback(stacks[name].stop)
        stacks[name].start()
    if companion is not None:
        backends = {_KEYS[name]: stack.url for name, stack in stacks.items()}
        companion.start(backends, environ["CHAT_ORIGINS"].split(","))
    for stack in stacks.values():
        stack.wait_until_healthy()
    if companion is not None:
        companion.wait_until_healthy()
    return Up(stacks, histories.said, companion)


def browser_settings(ports: dict[str, int]) -> dict[str, str]:
    """The settings with the URLs of both chats, and with the origins of the browser client."""
    every = {name: ports.get(name, FIRST_PORT + _OFFSETS[name]) for name in BACKENDS}
    origins = [f"http://{host}:{p}" for p in every.values() for host in ("localhost", "127.0.0.1")]
    backends = [f"{_KEYS[name]}=http://localhost:{p}" for name, p in every.items()]
    return {"CHAT_ORIGINS": ",".join(origins), "CHAT_BACKENDS": ",".join(backends)}


def watch(started: Up) -> None:
    """Wait until a process ends by itself, then raise BenchError."""
    while True:
        if started.companion is not None and (said := started.companion.ended) is not None:
            raise BenchError(f"The companion ended by itself: {said}")
        for stack in started.stacks.values():
            stack.check_alive()
        time.sleep(0.5)


def key_of(backend: str) -> str:
    """The backend's name in the browser client."""
    return _KEYS[backend]


def _companion(running: ExitStack, wanted: Wanted) -> CompanionProcess | None:
    """The companion with its port, which is taken before any other process starts."""
    if not wanted.companion:
        return None
    try:
        companion = CompanionProcess(wanted.port + COMPANION_OFFSET)
    except BenchError as error:
        words = str(error).removesuffix(".")
        raise BenchError(f"{words}; --no-companion needs none.") from None
    running.callback(companion.stop)
    return companion


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


def _engines(
    running: ExitStack, fanout: str, address: str | None, history: str
) -> tuple[str | None, PostgresEngine | None]:
    """The address of the fan-out's Redis, and the local PostgreSQL, one for all backends."""
    redis = address
    if fanout in ("redis", "redis+pubsub", "broadcaster+redis") and address is None:
        engine = RedisEngine()
        running.callback(engine.stop)
        redis = engine.address
    if history != "postgresql" and (fanout != _POSTGRES_FANOUT or address is not None):
        return redis, None
    postgres = PostgresEngine()
    running.callback(postgres.stop)
    return redis, postgres


def _arm(backend: str, server: str | None, kind: str, workers: int) -> Arm:
    chosen = server or _DEFAULT_SERVERS[backend]
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
