"""`chatbench run --experiment vanished`: how soon the others see that a member is gone.

Members go in three ways, in a room for each way: their program ends; it freezes, so that only its
kernel answers; or their network passes no packet any more. One more member stays in each room, and
notes when it is told that a member left.
"""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any, Final, get_args

from websockets.asyncio.client import ClientConnection, connect

from bench.declared.arms import Arm
from bench.envelope.network import Network
from bench.envelope.vanished import Way
from bench.errors import BenchError
from bench.experiments.network.link import Host
from bench.experiments.network.testbed import addresses, linked, refusal, testbed
from bench.stack.stack import Stack
from chat_servers.settings import PING_INTERVAL_SECONDS

NAME: Final = "vanished"
MEMBERS: Final = 40
"""In each room, beside the member that stays: presence is sent up to 50 members."""
GOING_S: Final = float(PING_INTERVAL_SECONDS)
"""Members go one after another for this long, so that they go at any time between two pings."""
WAIT_S: Final = 60.0
"""After the last member has gone: longer than a ping's interval and its timeout."""
_OPEN_S: Final = 15.0
_GOOD: Final = Network("good")
can = refusal


def takes_part(arm: Arm, _: str) -> bool:
    """The standard chats without a history in one process, on every server."""
    usual = arm.variant == "standard" and arm.history == "off"
    return arm.kind == "chat" and usual and arm.fanout == "memory"


def of_arm(arm: Arm, _: float | None, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's observation."""
    with testbed(arm) as bed:
        rooms = [
            _Room(bed.stack, number, way, random.Random(f"{seed} {way}"))
            for number, way in enumerate(get_args(Way))
        ]
        with bed.members.entered():
            asyncio.run(_watch(rooms, bed.devices))
        bed.stack.check_alive()
    cases = [room.report() for room in rooms]
    for case in cases:
        found = case["noticed_s"]
        when = f", after {min(found):.2f} to {max(found):.2f} s" if found else ""
        say(f"{arm.id}: {case['way']}: {len(found)} of {MEMBERS} noticed{when}")
    return {"waited_s": WAIT_S, "cases": cases}


async def _watch(rooms: list["_Room"], devices: tuple[int, int]) -> None:
    with linked(devices, (room.hosts for room in rooms)):
        try:
            await asyncio.gather(*(room.enter() for room in rooms))
            await asyncio.gather(*(room.watch() for room in rooms))
        finally:
            for room in rooms:
                room.end()


class _Room:
    """`enter`, then `watch`, then `report`; `end` in any case."""

    def __init__(self, stack: Stack, number: int, way: Way, chance: random.Random) -> None:
        self._stack = stack
        self._way = way
        self._chance = chance
        self._addresses = addresses(number, MEMBERS)
        self.hosts = {address: Host(_GOOD, chance) for address in self._addresses}
        self._sockets: list[ClientConnection] = []
        self._gone_at: dict[str, float] = {}
        self._told_at: dict[str, float] = {}

    async def enter(self) -> None:
        """Have all members inside. The first one stays. Raises BenchError."""
        for address in self._addresses:
            try:
                socket = await self._connect(address)
                await socket.recv()
            except (OSError, TimeoutError) as error:
                raise BenchError(f"A member could not enter: {error}.") from error
            self._sockets.append(socket)

    async def watch(self) -> None:
        """Let the members go, and wait until the first one was told of all, or long enough.

        Raises BenchError.
        """
        watching = asyncio.create_task(self._listen())
        async with asyncio.TaskGroup() as going:
            for address, socket in zip(self._addresses[1:], self._sockets[1:], strict=True):
                going.create_task(self._go(address, socket))
        told, _ = await asyncio.wait([watching], timeout=WAIT_S)
        if told:
            watching.result()
        else:
            watching.cancel()

    def end(self) -> None:
        """Close all connections without a word."""
        for socket in self._sockets:
            socket.transport.abort()

    def report(self) -> dict[str, Any]:
        """What the raw file says of the room."""
        noticed = [
            round(told - self._gone_at[name], 4)
            for name, told in self._told_at.items()
            if name in self._gone_at
        ]
        return {
            "way": self._way,
            "noticed_s": sorted(noticed),
            "unnoticed": len(self._gone_at) - len(noticed),
        }

    async def _connect(self, address: str) -> ClientConnection:
        return await connect(
            self._stack.ws_url(f"vanished-{self._way}", address),
            compression=None,
            proxy=None,
            local_addr=(address, 0),
            open_timeout=_OPEN_S,
            max_queue=None,  # a full queue would stop the reading, and with it the pongs
            ping_interval=None,
        )

    async def _listen(self) -> None:
        """Note each `left`, until all members have left. Raises BenchError."""
        async for data in self._sockets[0]:
            frame = json.loads(data)
            if frame["type"] == "left":
                self._told_at[frame["user"]] = asyncio.get_running_loop().time()
                if len(self._told_at) == MEMBERS:
                    return
        raise BenchError("The member that stays lost its connection.")

    async def _go(self, address: str, socket: ClientConnection) -> None:
        await asyncio.sleep(self._chance.uniform(0.0, GOING_S))
        if address in self._told_at:
            raise BenchError("A member lost its connection before it went.")
        self._gone_at[address] = asyncio.get_running_loop().time()
        match self._way:
            case "ended":
                socket.transport.abort()
            case "frozen":
                socket.transport.pause_reading()
            case "cut":
                self.hosts[address].is_cut = True
