"""The messages of a room by HTTP, as a client fetches missing messages."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

from bench.experiments.survival.verdict import Record

_PAGE = 200
_TIMEOUT_SECONDS = 5
_AGAIN_SECONDS = 0.2


async def fetch(url: str, room: str, first: int, last: int | None) -> list[Record]:
    """The messages from seq `first` to `last` (None: to the newest), in order.

    Tries again as long as the server cannot answer.
    """
    found: list[Record] = []
    before = None if last is None else last + 1
    while before is None or before > first:
        limit = _PAGE if before is None else min(_PAGE, before - first)
        page = await _page(url, room, before, limit)
        found[:0] = [record for record in page if record.seq >= first]
        if not page:
            break
        before = page[0].seq
    return found


def record_of(frame: dict[str, Any]) -> Record:
    """The record of a `message` frame or of a message in the history, which are the same."""
    return Record(frame["seq"], frame["id"], frame["user"], frame["text"], frame["at"])


async def _page(url: str, room: str, before: int | None, limit: int) -> list[Record]:
    query = f"limit={limit}" + ("" if before is None else f"&before={before}")
    while True:
        try:
            return await asyncio.to_thread(_get, f"{url}/api/rooms/{room}/messages?{query}")
        except (OSError, ValueError):
            await asyncio.sleep(_AGAIN_SECONDS)


def _get(address: str) -> list[Record]:
    with urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS) as answer:
        return [record_of(message) for message in json.load(answer)]
