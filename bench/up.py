"""`chatbench up`: both chats, on ports that one can type, until Ctrl-C."""

import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from bench.arms import Arm, find_arm
from bench.engines import RedisEngine
from bench.errors import BenchError
from bench.stack import Stack

BACKENDS: Final = {"django": "channels", "fastapi": "fastapi"}
_DEFAULT_SERVERS: Final = {"django": "daphne", "fastapi": "uvicorn"}
_OFFSETS: Final = {"django": 0, "fastapi": 1}
_SERVERS: Final = ("daphne", "uvicorn")
_KINDS: Final = ("memory", "redis", "redis+pubsub")
FIRST_PORT: Final = 8001


def start(
    running: ExitStack,
    backend: str,
    server: str | None,
    fanout: str,
    workers: int,
    port: int,
) -> dict[str, Stack]:
    """Start what was asked for and wait until it is healthy; by backend. Raises BenchError."""
    chosen = _backends(backend)
    kind, address = _fanout(fanout)
    if workers > 1 and kind == "memory":
        raise BenchError(
            f"--workers {workers} takes --fanout redis: in memory, no process knows the others'"
            " members."
        )
    if kind != "memory" and address is None:
        engine = RedisEngine()
        running.callback(engine.stop)
        address = engine.address
    ports = {name: port + _OFFSETS[name] for name in chosen}
    environ = browser_settings(ports)
    stacks = {}
    for name in chosen:
        arm = _arm(name, server, kind, workers)
        stacks[name] = Stack(arm, port=ports[name], redis=address, environ=environ)
        running.callback(stacks[name].stop)
        stacks[name].start()
    for stack in stacks.values():
        stack.wait_until_healthy()
    return stacks


def browser_settings(ports: dict[str, int]) -> dict[str, str]:
    """Where the browser client finds both, and from where it may come."""
    every = {name: ports.get(name, FIRST_PORT + _OFFSETS[name]) for name in BACKENDS}
    origins = [f"http://{host}:{p}" for p in every.values() for host in ("localhost", "127.0.0.1")]
    names = {"django": "django-channels", "fastapi": "fastapi"}
    backends = [f"{names[name]}=http://localhost:{p}" for name, p in every.items()]
    return {"CHAT_ORIGINS": ",".join(origins), "CHAT_BACKENDS": ",".join(backends)}


def watch(stacks: dict[str, Stack]) -> None:
    """Wait until a process ends that should not. Raises BenchError then."""
    while True:
        for name, stack in stacks.items():
            for child in stack.children:
                if not child.running:
                    said = child.last_line() or "it said nothing"
                    raise BenchError(f"A process of {name} ended by itself: {said}")
        time.sleep(0.5)


def _backends(backend: str) -> list[str]:
    if backend != "both" and backend not in BACKENDS:
        raise BenchError(f"--backend {backend!r} is unknown: it takes both, django or fastapi.")
    return list(BACKENDS) if backend == "both" else [backend]


def _fanout(fanout: str) -> tuple[str, str | None]:
    """Its kind, and the address where one is given."""
    kind, separator, address = fanout.partition("://")
    if kind not in _KINDS or (kind == "memory" and address) or (separator and kind == "memory"):
        raise BenchError(
            f"--fanout {fanout!r} is unknown: it takes {', '.join(_KINDS)}, or an address as "
            "redis://HOST:PORT/0."
        )
    return kind, address or None


def _arm(backend: str, server: str | None, kind: str, workers: int) -> Arm:
    chosen = server or _DEFAULT_SERVERS[backend]
    if chosen not in _SERVERS:
        raise BenchError(f"--server {chosen!r} is unknown: it takes {' or '.join(_SERVERS)}.")
    fanout = "pubsub" if kind == "redis+pubsub" and backend == "django" else kind
    fanout = "redis" if fanout == "redis+pubsub" else fanout
    return replace(find_arm(f"{BACKENDS[backend]}-{chosen}-{fanout}"), workers=workers)
