"""A server process that counts what its channel layer drops.

`python -m bench.stack.observed FILE SERVER APPLICATION FD`

A thread writes the counts to FILE as JSON, often. `dropped` has the frames that a layer did not
deliver, by the place in the library; `longest_queue` is the largest number of events that waited
in one queue of a layer. An application without layers has neither. The rest is `chat_servers`'s.
"""

import asyncio
import json
import logging
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chat_servers import serve

PERIOD_S = 0.05

dropped: Counter[str] = Counter()


class _OverCapacity(logging.Handler):
    """Counts what channels_redis.core says of full channels: "%s of %s channels over capacity".

    The first number counts keys in Redis. All channels of a process share one key, so with one
    process, as here, every channel of the group misses the event: the second number.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if "over capacity" in record.msg and isinstance(record.args, tuple):
            dropped["channels_redis.core: a channel over its capacity"] += int(str(record.args[1]))


def count_dropped() -> None:
    """From now on, count what the layers of channels and channels_redis drop."""
    from channels import layers
    from channels.exceptions import ChannelFull
    from channels_redis import core

    send, put = layers.InMemoryChannelLayer.send, core.BoundedQueue.put_nowait

    async def counted_send(self: Any, channel: str, message: dict[str, Any]) -> None:
        try:
            await send(self, channel, message)
        except ChannelFull:
            dropped["channels.layers: a channel over its capacity"] += 1
            raise

    def counted_put(self: asyncio.Queue[Any], item: Any) -> Any:
        if self.full():
            dropped["channels_redis.core: the oldest event of a full queue"] += 1
        return put(self, item)

    setattr(layers.InMemoryChannelLayer, "send", counted_send)  # noqa: B010
    setattr(core.BoundedQueue, "put_nowait", counted_put)  # noqa: B010
    logger = logging.getLogger("channels_redis.core")
    logger.setLevel(logging.INFO)
    logger.addHandler(_OverCapacity())


def main() -> None:
    """Count, and serve until told to stop."""
    path = Path(sys.argv.pop(1))
    if sys.argv[2].startswith("django_chat"):
        count_dropped()
    threading.Thread(target=_write_often, args=(path,), daemon=True).start()
    serve.main()


def _write_often(path: Path) -> None:
    longest = 0
    while True:
        longest = max(longest, _longest_queue())
        found = {"at": time.monotonic(), "dropped": dict(dropped), "longest_queue": longest}
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(found))
        fresh.replace(path)
        time.sleep(PERIOD_S)


def _longest_queue() -> int:
    """The longest queue of all layers now; layers that keep no queues count as empty."""
    if "channels.layers" not in sys.modules:
        return 0
    from channels.layers import channel_layers

    lengths = [0]
    for layer in _with_loop_layers(channel_layers.backends.values()):
        for name in ("channels", "receive_buffer"):
            # No getattr: the pub/sub layer would ask for the event loop of this thread.
            queues = vars(layer).get(name)
            if isinstance(queues, dict):
                lengths += [queue.qsize() for queue in list(queues.values())]
    return max(lengths)


def _with_loop_layers(layers: Iterable[Any]) -> Iterator[Any]:
    """The layers, and for each the layers that it keeps for the event loops, as pub/sub does."""
    for layer in list(layers):
        yield layer
        yield from list(vars(layer).get("_layers", {}).values())


if __name__ == "__main__":
    main()
