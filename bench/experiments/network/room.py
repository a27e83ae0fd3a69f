"""One room of the experiment: a writer behind a good network, and listeners behind the room's."""

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bench.envelope.network import Network
from bench.errors import BenchError
from bench.experiments.network import plan
from bench.experiments.network.link import Host
from bench.experiments.network.member import PING_EVERY_S, Member
from bench.experiments.survival.client import until
from bench.load.histogram import Histogram

_ENTER_S: Final = 30.0
_LAST_WORD_S: Final = 0.5
LAST_WORDS: Final = 120
"""How often the last word is repeated, for members that are still away."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A time in which a member's link was cut, by the monotonic clock."""

    member: Member
    began: float
    mended: float


class NetworkRoom:
    """`enter`, then `talk`, then `report`; `leave` in any case."""

    def __init__(
        self, url: str, network: Network, addresses: list[str], seconds: float, seed: int
    ) -> None:
        self.network = network
        self._seconds = seconds
        self._sent_at: list[float] = []
        self._chance = random.Random(f"{seed} {network.name}")
        good = Network("the writer's")
        writer, *others = addresses
        self.hosts = {
            address: Host(good if address == writer else network, self._part())
            for address in addresses
        }
        room = f"network-{addresses[0].replace('.', '-')}"
        made = [Member(url, room, each, self._sent_at, self._part(), each) for each in addresses]
        self._writer, *self._members = made
        self._listening = list(zip(others, self._members, strict=True))
        self._lives: list[asyncio.Task[None]] = []
        self._outages: list[_Cut] = []

    async def enter(self) -> None:
        """Have all members inside. Raises BenchError."""
        every = [self._writer, *self._members]
        self._lives = [asyncio.create_task(member.stay()) for member in every]
        if await until(lambda: all(each.welcomed_at for each in every), _ENTER_S) is None:
            raise BenchError(f"Not all members came in behind {self.network.name!r}.")

    async def talk(self) -> None:
        """Write for the whole time, while links are cut; then until each member hears again."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._write())
            for address, member in self._listening:
                both.create_task(self._cut(self.hosts[address], member))
        await self._last_words()

    async def leave(self) -> None:
        """Hang up."""
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def report(self) -> dict[str, Any]:
        """What the raw file says of it."""
        latency = Histogram()
        for member in self._members:
            latency.merge(member.latency)
        hosts = [self.hosts[address] for address, _ in self._listening]
        return {
            "network": msgspec.to_builtins(self.network),
            "sent": len(self._sent_at),
            "received": [self._received(member) for member in self._members],
            "outages": [self._outage(each) for each in self._outages],
            "latency": latency.summary(),
            "packets": sum(host.packets for host in hosts),
            "dropped": sum(host.dropped for host in hosts),
        }

    def _part(self) -> random.Random:
        return random.Random(self._chance.random())

    async def _write(self) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        for number in range(round(self._seconds * plan.RATE)):
            await asyncio.sleep(began + number / plan.RATE - clock())
            self._sent_at.append(time.monotonic())
            await self._writer.say(str(number))

    async def _cut(self, host: Host, member: Member) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        # Members that entered together ping together; a cut finds each at another moment.
        began += self._chance.uniform(0, PING_EVERY_S)
        for at in plan.outages(self.network, self._seconds, self._chance):
            await asyncio.sleep(began + at - clock())
            cut_at = time.monotonic()
            host.is_cut = True
            if self.network.cut == "noticed":
                member.lose_network()
            await asyncio.sleep(self.network.away_s)
            host.is_cut = False
            self._outages.append(_Cut(member, cut_at, time.monotonic()))
            member.find_network()

    async def _last_words(self) -> None:
        """Say further words until each member has heard one: then all that comes has come."""
        for number in range(LAST_WORDS):
            await self._writer.say(f"last word {number}")
            heard = await until(lambda: all(each.words for each in self._members), _LAST_WORD_S)
            if heard is not None:
                break

    def _received(self, member: Member) -> dict[str, int]:
        return {
            "live": len(member.live),
            "replayed": len(member.replayed),
            "lost": len(self._sent_at) - len(member.arrived_at),
            "repeated": member.repeated,
            "connections": len(member.welcomed_at),
        }

    def _outage(self, cut: _Cut) -> dict[str, Any]:
        """What became of the messages of one outage."""
        came = cut.member.arrived_at
        later = [n for n, at in enumerate(self._sent_at) if at > cut.mended and n in came]
        heard_at = came[later[0]] if later else None
        until = later[0] if later else len(self._sent_at)
        meanwhile = [number for number in range(until) if self._sent_at[number] >= cut.began]
        again = [at for at in cut.member.welcomed_at if cut.began < at <= (heard_at or at)]
        return {
            "away_s": round(cut.mended - cut.began, 4),
            "heard_after_s": None if heard_at is None else round(heard_at - cut.mended, 4),
            "reconnected": bool(again),
            "sent": len(meanwhile),
            "lost": sum(number not in came for number in meanwhile),
        }
