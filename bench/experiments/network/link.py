"""The link between the members' hosts and the servers: it drops, delays and cuts IP packets.

Each packet of a TCP connection passes here, so that a dropped packet is a loss for the kernel's TCP
on both ends, which notices it and sends it again. A relay of streams could not show that.
"""

import asyncio
import os
import random
from collections import deque
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Final

from bench.envelope.network import Network

_MTU: Final = 1500
_SOURCE, _TARGET = slice(12, 16), slice(16, 20)  # of an IPv4 header


@dataclass(slots=True)
class _Direction:
    """The packets that are on their way, in order; `due` is the time of the newest."""

    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)
    due: float = 0.0


class Host:
    """A member's host on the link. While `is_cut`, no packet passes in either direction."""

    def __init__(self, network: Network, chance: random.Random) -> None:
        self.network = network
        self.is_cut = False
        self.packets = 0
        self.dropped = 0
        self.up, self.down = _Direction(), _Direction()
        self._chance = chance

    def takes(self) -> bool:
        """Count one more packet; False if it is dropped."""
        self.packets += 1
        if self.is_cut or self._chance.random() < self.network.loss:
            self.dropped += 1
            return False
        return True

    def delay(self) -> float:
        """Seconds that a packet is on its way."""
        jitter = self.network.jitter_s
        return self.network.delay_s + self._chance.uniform(-jitter, jitter)


class Link:
    """Passes packets between two TUN devices from `start` to `stop`, in the running loop."""

    def __init__(self, servers: int, members: int, hosts: dict[str, Host]) -> None:
        self._servers, self._members = servers, members
        self._hosts = {IPv4Address(address).packed: host for address, host in hosts.items()}
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        """Pass packets from now on."""
        self._loop.add_reader(self._members, self._read, self._members)
        self._loop.add_reader(self._servers, self._read, self._servers)

    def stop(self) -> None:
        """Pass none any more."""
        self._loop.remove_reader(self._members)
        self._loop.remove_reader(self._servers)

    def _read(self, device: int) -> None:
        up = device == self._members
        try:
            packet = os.read(device, _MTU)
        except BlockingIOError:
            return
        host = self._hosts.get(packet[_SOURCE if up else _TARGET])
        if host is None or not host.takes():  # such as a router solicitation of IPv6
            return
        direction = host.up if up else host.down
        direction.due = max(direction.due, self._loop.time() + host.delay())
        direction.waiting.append((direction.due, packet))
        if len(direction.waiting) == 1:
            self._loop.call_at(direction.due, self._pass, host, direction)

    def _pass(self, host: Host, direction: _Direction) -> None:
        target = self._servers if direction is host.up else self._members
        while direction.waiting and direction.waiting[0][0] <= self._loop.time():
            _, packet = direction.waiting.popleft()
            try:
                os.write(target, packet)
            except BlockingIOError:
                host.dropped += 1
        if direction.waiting:
            self._loop.call_at(direction.waiting[0][0], self._pass, host, direction)
