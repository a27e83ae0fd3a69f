"""Two hosts of their own on this machine: servers and members in network namespaces, linked.

The only way between the namespaces is a pair of TUN devices. `Link` carries their packets.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from bench.declared.arms import Arm
from bench.experiments.network.link import Host, Link
from bench.stack.namespaces import Namespace, unusable
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

_SERVERS: Final = "10.77.0.1"
_DEVICE: Final = "members"


@dataclass(frozen=True, slots=True)
class Testbed:
    """An arm's running stack, and what is needed to reach it from the members' namespace."""

    stack: Stack
    servers: Namespace
    members: Namespace
    devices: tuple[int, int]
    """The TUN devices of the servers and of the members."""


def refusal(arm: Arm) -> str | None:
    """The reason why an arm cannot be put behind networks, or None."""
    return "a baseline has no rooms to come back to." if arm.kind != "chat" else unusable()


@contextmanager
def testbed(arm: Arm) -> Iterator[Testbed]:
    """Make both namespaces, and run the arm's stack until the end. Raises BenchError."""
    with ExitStack() as made:
        servers, members = (made.enter_context(Namespace()) for _ in range(2))
        devices = []
        for namespace in (servers, members):
            devices.append(namespace.tun(_DEVICE))
            made.callback(os.close, devices[-1])
            namespace.configure(f"link set {_DEVICE} up")
        servers.configure(
            f"address add {_SERVERS}/32 dev lo", f"route add 10.77.0.0/16 dev {_DEVICE}"
        )
        # An address range on the loopback makes each of its addresses a host of the members.
        members.configure(
            "address add 10.77.128.1/17 dev lo", f"route add {_SERVERS} dev {_DEVICE}"
        )
        stack = _stack(arm, servers, made)
        yield Testbed(stack, servers, members, (devices[0], devices[1]))


@contextmanager
def linked(devices: tuple[int, int], hosts: Iterable[Mapping[str, Host]]) -> Iterator[None]:
    """Pass the packets of all these hosts until the end, in the running loop."""
    every = {address: host for some in hosts for address, host in some.items()}
    link = Link(*devices, every)
    link.start()
    try:
        yield
    finally:
        link.stop()


def addresses(room: int, members: int) -> list[str]:
    """The hosts of one more member than `members`, of a room with this number."""
    return [f"10.77.{128 + room}.{member + 1}" for member in range(members + 1)]


def _stack(arm: Arm, servers: Namespace, made: ExitStack) -> Stack:
    """The arm's running stack, in the servers' namespace until the end."""
    environ = {**BENCHMARK_SETTINGS, "CHAT_HOSTS": _SERVERS}
    with servers.entered():
        stack = Stack(arm, environ=environ, host=_SERVERS)
        made.callback(stack.stop)
        stack.start()
        stack.wait_until_healthy()
    return stack
