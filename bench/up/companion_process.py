"""The companion as a process beside the chats."""

import os
import sys
import time
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Final, Self

from bench.errors import BenchError
from bench.stack import server_settings
from bench.stack.child import Child
from bench.stack.stack import health, listen
from bench.up.channel import Channel
from chat_servers.settings import STOP_SECONDS

_START_SECONDS: Final = 30


class CompanionProcess:
    """Takes its port at once; `start` names the chats and the origins that may connect.

    Raises BenchError if the port cannot be taken or the process does not start.
    """

    def __init__(self, port: int = 0) -> None:
        self._socket = listen(port)
        self.port: int = self._socket.getsockname()[1]
        self.child: Child | None = None
        self._environ: dict[str, str] = {}
        self._company_room = ""
        self.channel: Channel | None = None
        """The line to a process that may control stacks."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{server_settings.HOST}:{self.port}"

    @property
    def origin(self) -> str:
        """The origin as a browser names it."""
        return f"http://localhost:{self.port}"

    @property
    def ended(self) -> str | None:
        """The last line of output if the process ended by itself; None while it runs."""
        if self.child is None or self.child.running:
            return None
        return self.child.last_line() or "it said nothing"

    def start(
        self,
        backends: Mapping[str, str],
        origins: Collection[str],
        company_room: str = "",
        *,
        control: bool = False,
    ) -> None:
        """Start the process without waiting. `backends` maps keys to URLs from this machine.

        In `company_room`, if there is one, synthetic people talk. With `control`, the process gets
        a new line to this one.
        """
        if control:
            self.channel = Channel()
        told = {
            "CHAT_BACKENDS": ",".join(f"{key}={url}" for key, url in backends.items()),
            "CHAT_ORIGINS": ",".join(origins),
        }
        inherited = {key: os.environ[key] for key in os.environ if not key.startswith("CHAT_")}
        self._environ = inherited | told
        self._company_room = company_room
        self._spawn()

    def start_again(self) -> None:
        """Start a process like the one that ended, on the same port, with a new line to this one.

        Its members are gone, and the pages connect again.
        """
        if self.child is not None:
            self.child.stop()
        if self.channel is not None:
            self.channel.renew()
        self._spawn()

    def _spawn(self) -> None:
        descriptors = [self._socket.fileno()]
        if self.channel is not None:
            descriptors.append(self.channel.descriptor)
        where, *line = map(str, descriptors)
        words = [where, self._company_room, *line]
        self.child = Child(
            [sys.executable, "-m", "bench.companion", *words],
            environ=self._environ,
            pass_fds=descriptors,
        )
        if self.channel is not None:
            self.channel.hand_over()

    def wait_until_healthy(self) -> None:
        """Wait until /healthz says ok. Raises BenchError if the process ends or time is up."""
        deadline = time.monotonic() + _START_SECONDS
        while not health(self.url):
            if (said := self.ended) is not None:
                raise BenchError(f"The companion did not start: {said}")
            if time.monotonic() > deadline:
                raise BenchError(f"The companion is not healthy in {_START_SECONDS} s.")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the process; its members leave."""
        if self.child is not None:
            self.child.stop(STOP_SECONDS + 5)
            self.child = None
        if self.channel is not None:
            self.channel.close()
        self._socket.close()
