"""The faults of a stack, and their repair."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bench.experiments.survival.plan import Fault, FaultKind
from bench.stack.stack import Stack


@dataclass(frozen=True, slots=True)
class Remedy:
    """`harm` makes the fault, `mend` repairs it later. Recovery is counted from the repair, or from
    the harm if the rest of the stack can work without the repair."""

    harm: Callable[[Stack, Fault], Awaitable[None]]
    mend: Callable[[Stack], Awaitable[None]]
    goes_on: bool = False


async def _kill_worker(stack: Stack, fault: Fault) -> None:
    child = stack.children.pop(fault.worker)
    child.process.kill()
    await asyncio.to_thread(child.stop)


async def _start_worker(stack: Stack) -> None:
    stack.start_worker()


async def _stop_redis(stack: Stack, _: Fault) -> None:
    assert stack.redis is not None
    await asyncio.to_thread(stack.redis.child.stop)


async def _start_redis(stack: Stack) -> None:
    assert stack.redis is not None
    await asyncio.to_thread(stack.redis.restart)


async def _stop_postgres(stack: Stack, _: Fault) -> None:
    assert stack.postgres is not None
    await asyncio.to_thread(stack.postgres.child.stop)


async def _kill_postgres(stack: Stack, _: Fault) -> None:
    assert stack.postgres is not None
    await asyncio.to_thread(stack.postgres.kill)


async def _start_postgres(stack: Stack) -> None:
    assert stack.postgres is not None
    await asyncio.to_thread(stack.postgres.restart)


REMEDIES: Final[dict[FaultKind, Remedy]] = {
    "worker killed": Remedy(_kill_worker, _start_worker, goes_on=True),
    "redis restarted": Remedy(_stop_redis, _start_redis),
    "postgresql restarted": Remedy(_stop_postgres, _start_postgres),
    "postgresql killed": Remedy(_kill_postgres, _start_postgres),
}
