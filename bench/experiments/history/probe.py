"""A member alone, that measures how long the answers to its messages take."""

import json
import time

from websockets.asyncio.client import connect

from bench.stack.stack import Stack

_OPEN_S = 15.0


async def answers(stack: Stack, messages: int, text: str) -> tuple[list[int], list[int]]:
    """The µs to each ack and to each delivery, one message after the other."""
    acks: list[int] = []
    deliveries: list[int] = []
    has_acks = stack.arm.history != "off"
    url = stack.ws_url("probe", "probe")
    async with connect(url, compression=None, proxy=None, open_timeout=_OPEN_S) as socket:
        await socket.recv()
        for number in range(messages):
            frame = json.dumps({"type": "say", "id": str(number), "text": text})
            began = time.perf_counter_ns()
            await socket.send(frame)
            due = {"message", "ack"} if has_acks else {"message"}
            while due:
                kind = json.loads(await socket.recv())["type"]
                taken_us = round((time.perf_counter_ns() - began) / 1000)
                if kind in due:
                    due.remove(kind)
                    (acks if kind == "ack" else deliveries).append(taken_us)
    return acks, deliveries
