"""`chatbench run --experiment network`: members on hosts of their own, behind bad networks.

The servers are in one network namespace, and the members in another; both are made by the run. The
only way between them is a pair of TUN devices, whose packets this process carries, drops, delays
and cuts. All rooms of an arm run at the same time, each behind a network of another kind.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from bench.declared.arms import Arm
from bench.experiments.network import plan
from bench.experiments.network.room import NetworkRoom
from bench.experiments.network.testbed import addresses, linked, refusal, testbed
from bench.stack import kernel
from bench.stack.namespaces import Namespace

NAME: Final = "network"
_PROGRESS_S: Final = 20.0
_TABLES: Final = ("/proc/thread-self/net/snmp",)
can = refusal


def takes_part(arm: Arm, _: str) -> bool:
    """The standard chats on Daphne and uvicorn in one process, without a history and with one."""
    usual = arm.kind == "chat" and arm.variant == "standard" and arm.fanout == "memory"
    return usual and arm.server in ("daphne", "uvicorn")


def of_arm(
    arm: Arm, seconds: float | None, seed: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """One arm's observation."""
    seconds = plan.SECONDS if seconds is None else seconds
    with testbed(arm) as bed:
        rooms = [
            NetworkRoom(bed.stack.url, network, addresses(number, plan.MEMBERS), seconds, seed)
            for number, network in enumerate(plan.NETWORKS)
        ]
        with bed.members.entered():
            asyncio.run(_talk(rooms, bed.devices, seconds, say))
        bed.stack.check_alive()
        again = sum(map(_retransmitted, (bed.servers, bed.members)))
        cases = [room.report() for room in rooms]
    for case in cases:
        say(f"{arm.id}: {_words(case)}")
    return {"seconds": seconds, "rate": plan.RATE, "retransmitted": again, "cases": cases}


async def _talk(
    rooms: list[NetworkRoom], devices: tuple[int, int], seconds: float, say: Callable[[str], None]
) -> None:
    with linked(devices, (room.hosts for room in rooms)):
        try:
            await asyncio.gather(*(room.enter() for room in rooms))
            progress = asyncio.create_task(_tell(seconds, say))
            await asyncio.gather(*(room.talk() for room in rooms))
            progress.cancel()
        finally:
            await asyncio.gather(*(room.leave() for room in rooms))


async def _tell(seconds: float, say: Callable[[str], None]) -> None:
    for step in range(1, int(seconds / _PROGRESS_S) + 1):
        await asyncio.sleep(_PROGRESS_S)
        say(f"{step * _PROGRESS_S:.0f} of {seconds:.0f} s")


def _retransmitted(namespace: Namespace) -> int:
    with namespace.entered():
        return kernel.counters(_TABLES).get("RetransSegs", 0)


def _words(case: dict[str, Any]) -> str:
    total = case["sent"] * len(case["received"])
    found = {key: sum(each[key] for each in case["received"]) for key in ("replayed", "lost")}
    heard = [each["heard_after_s"] for each in case["outages"] if each["heard_after_s"] is not None]
    slowest = f"; heard again within {max(heard):.1f} s" if heard else ""
    return (
        f"{case['network']['name']}: {found['lost']} of {total} deliveries lost, "
        f"{found['replayed']} replayed; {case['dropped']} of {case['packets']} packets dropped"
        f"{slowest}"
    )
