"""The experiment `client`: what the browser client costs."""

import msgspec

from bench.envelope.observation import Observation


class ClientLoad(msgspec.Struct, frozen=True):
    """The first load of a page until the user can chat; bytes are bodies as sent."""

    bytes: int
    requests: int


class ClientTasks(msgspec.Struct, frozen=True):
    """The main thread's tasks while the reader is scrolled up (`above`), or at the `end`."""

    where: str
    longest_cpu_ms: float
    busy: float


class ClientMemory(msgspec.Struct, frozen=True):
    """The memory of the page after a garbage collection."""

    heap_bytes: int
    nodes: int


class ClientEntry(Observation, frozen=True, kw_only=True, tag="client"):
    """The browser client over one arm: with few messages, and with `messages`."""

    chromium: str
    loads: dict[str, ClientLoad]
    messages: int
    rate: int
    tasks: list[ClientTasks]
    few: ClientMemory
    full: ClientMemory
