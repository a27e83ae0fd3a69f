"""A member that is there while a crowd comes, and measures how long it waits for answers."""

import json
import threading
import time
from contextlib import ExitStack
from typing import Final, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.errors import BenchError

_PAUSE_S: Final = 0.05
"""Between an answer and the next ping."""
_OPEN_S: Final = 15.0
_ANSWER_S: Final = 60.0
_STOP_S: Final = 5.0


class Witness:
    """One guest, alone in a room, that pings from `with` to its end.

    `longest_s` is the longest wait for a `pong` so far. `with` raises BenchError if the guest
    cannot enter.
    """

    def __init__(self, ws_url: str) -> None:
        self.longest_s = 0.0
        self._url = ws_url
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ping, daemon=True)
        self._running = ExitStack()

    def __enter__(self) -> Self:
        try:
            socket = connect(
                self._url,
                open_timeout=_OPEN_S,
                close_timeout=_STOP_S,
                compression=None,
                proxy=None,
            )
            self._socket = self._running.enter_context(socket)
            self._socket.recv(_OPEN_S)  # the welcome
        except (OSError, ConnectionClosed) as error:
            self._running.close()
            raise BenchError(f"The member that watches could not enter: {error}.") from error
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(_ANSWER_S)
        self._running.close()

    def _ping(self) -> None:
        number = 0
        while not self._ended.is_set():
            number += 1
            began = time.monotonic()
            try:
                self._socket.send(json.dumps({"type": "ping", "id": str(number)}))
                while json.loads(self._socket.recv(_ANSWER_S)).get("id") != str(number):
                    pass
            except (OSError, ConnectionClosed):  # a server that ends is another measurement's
                return
            finally:
                self.longest_s = max(self.longest_s, time.monotonic() - began)
            self._ended.wait(_PAUSE_S)
