"""Which messages do not come to a member that stops reading: the case of the experiment `loss`."""

import asyncio
import json
import secrets
from typing import Any, Final

from bench.experiments.generators.independent.connection import Connection, clock
from bench.experiments.generators.independent.ledger import say

SEND_S: Final = 30.0
"""After so long, the sender gives up: the server does not read."""
QUIET_S: Final = 2.5
"""With nothing arriving for so long, the rest is missing."""
_JOIN_S: Final = 30.0
_POLL_S: Final = 0.02
_NAMES: Final = ("sender", "other", "reader")


class Listener:
    """A member of the room, and the numbers of the messages that came to it."""

    def __init__(self, url: str) -> None:
        self.numbers: set[int] = set()
        self.last = 0.0
        self.joined = asyncio.Event()
        self.connection = Connection(url, self._on_text)

    def _on_text(self, at: float, text: bytes) -> None:
        frame = json.loads(text)
        if frame["type"] == "message":
            self.numbers.add(int(frame["id"]))
            self.last = at
        elif frame["type"] == "welcome":
            self.joined.set()


async def drops(cell: dict[str, Any]) -> dict[str, Any]:
    """What was sent, and what each member missed. Raises OSError and NotJoinedError."""
    asked = cell["drops"]
    room = f"{cell['url'].replace('http', 'ws', 1)}/ws/rooms/{secrets.token_hex(4)}"
    members = {name: Listener(f"{room}?name={name}") for name in _NAMES}
    try:
        for each in members.values():
            await each.connection.open()
        async with asyncio.timeout(_JOIN_S):
            for each in members.values():
                await each.joined.wait()
        reader = members["reader"].connection
        reader.pause()
        awake = asyncio.get_running_loop().call_later(asked["stop_s"], reader.resume)
        sent = await _send_all(members["sender"].connection, asked["count"], "x" * asked["size"])
        await asyncio.sleep(max(0.0, awake.when() - asyncio.get_running_loop().time()))
        await _wait(list(members.values()), sent)
        return {"event": "result", "sent": sent, "members": _found(members, sent)}
    finally:
        for each in members.values():
            each.connection.close()


async def _send_all(sender: Connection, count: int, text: str) -> int:
    """Send as fast as the socket takes it; returns how many messages went."""
    for number in range(count):
        if not sender.send(say(str(number), text)):
            return number
        try:
            async with asyncio.timeout(SEND_S):
                await sender.writable()
        except TimeoutError:
            return number + 1
        await asyncio.sleep(0)  # the members of this process read in between
    return count


async def _wait(members: list[Listener], sent: int) -> None:
    began = clock()
    while not all(each.connection.ended or len(each.numbers) >= sent for each in members):
        if clock() > max(began, *(each.last for each in members)) + QUIET_S:
            return
        await asyncio.sleep(_POLL_S)


def _found(members: dict[str, Listener], sent: int) -> dict[str, Any]:
    return {
        name: {
            "arrived": len(each.numbers),
            "missing": sent - len(each.numbers),
            "ended": each.connection.ended,
        }
        for name, each in members.items()
    }
