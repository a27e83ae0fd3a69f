"""`chatbench run --experiment network`: members on hosts of their own, behind bad networks.

The servers are in one network namespace, and the members in another; both are made by the run. The
only way between them is a pair of TUN devices, whose packets this process carries, drops, delays
and cuts. All rooms of an arm run at the same time, each behind a network of another kind.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

from bench.declared.arms import Arm
from bench.experiments.network import plan
from bench.experiments.network.link import Host, Link
from bench.experiments.network.room import NetworkRoom
from bench.stack import kernel
from bench.stack.namespaces import Namespace, unusable
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

NAME: Final = "network"
SERVERS: Final = "10.77.0.1"
_DEVICE: Final = "members"
_PROGRESS_S: Final = 20.0
_TABLES: Final = ("/proc/thread-self/net/snmp",)


def can(arm: Arm) -> str | None:
    """The reason why an arm cannot take part, or None."""
    if arm.kind != "chat":
        return "a baseline has no rooms to come back to."
    return unusable()


def takes_part(arm: Arm, _: str) -> bool:
    """The standard chats on Daphne and uvicorn in one process, without a history and with one."""
    usual = arm.kind == "chat" and arm.variant == "standard" and arm.fanout == "memory"
    return usual and arm.server in ("daphne", "uvicorn")


def of_arm(
    arm: Arm, seconds: float | None, seed: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """One arm's observation."""
    seconds = plan.SECONDS if seconds is None else seconds
    with ExitStack() as made:
        servers, members = (made.enter_context(Namespace()) for _ in range(2))
        devices = []
        for namespace in (servers, members):
            devices.append(namespace.tun(_DEVICE))
            made.callback(os.close, devices[-1])
            namespace.configure(f"link set {_DEVICE} up")
        servers.configure(
            f"address add {SERVERS}/32 dev lo", f"route add 10.77.0.0/16 dev {_DEVICE}"
        )
        # An address range on the loopback makes each of its addresses a host of the members.
        members.configure("address add 10.77.128.1/17 dev lo", f"route add {SERVERS} dev {_DEVICE}")
        stack = _stack(arm, servers, made)
        rooms = [
            NetworkRoom(stack.url, network, _addresses(number), seconds, seed)
            for number, network in enumerate(plan.NETWORKS)
        ]
        with members.entered():
            asyncio.run(_talk(rooms, devices, seconds, say))
        stack.check_alive()
        again = sum(map(_retransmitted, (servers, members)))
        cases = [room.report() for room in rooms]
    for case in cases:
        say(f"{arm.id}: {_words(case)}")
    return {"seconds": seconds, "rate": plan.RATE, "retransmitted": again, "cases": cases}


def _stack(arm: Arm, servers: Namespace, made: ExitStack) -> Stack:
    """The arm's running stack, in the servers' namespace until the end."""
    environ = {**BENCHMARK_SETTINGS, "CHAT_HOSTS": SERVERS}
    with servers.entered():
        stack = Stack(arm, environ=environ, host=SERVERS)
        made.callback(stack.stop)
        stack.start()
        stack.wait_until_healthy()
    return stack


def _addresses(room: int) -> list[str]:
    """The hosts of a room: the writer's, then the listeners'."""
    return [f"10.77.{128 + room}.{member + 1}" for member in range(plan.MEMBERS + 1)]


async def _talk(
    rooms: list[NetworkRoom], devices: list[int], seconds: float, say: Callable[[str], None]
) -> None:
    hosts: dict[str, Host] = {}
    for room in rooms:
        hosts |= room.hosts
    link = Link(devices[0], devices[1], hosts)
    link.start()
    try:
        await asyncio.gather(*(room.enter() for room in rooms))
        progress = asyncio.create_task(_tell(seconds, say))
        await asyncio.gather(*(room.talk() for room in rooms))
        progress.cancel()
    finally:
        await asyncio.gather(*(room.leave() for room in rooms))
        link.stop()


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
