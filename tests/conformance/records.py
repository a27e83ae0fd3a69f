"""The history of a room over HTTP; and rooms with one."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.conformance.room import Frame, Room

BURST = 40
"""Messages that a connection may say at once."""


def records(http: httpx.Client, room: str, **query: Any) -> list[Frame]:
    """A page of a room's history."""
    answer = http.get(f"/api/rooms/{room}/messages?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    found: list[Frame] = answer.json()
    return found


def between(http: httpx.Client, room: str, after: int, before: int) -> list[Frame]:
    """All messages between two seqs, page by page, as one who was told of a gap fetches them."""
    found: list[Frame] = []
    while before > after + 1:
        page = records(http, room, before=before, limit=200)
        assert page, f"nothing before {before}"
        found = page + found
        before = page[0]["seq"]
    return [record for record in found if record["seq"] > after]


def fill(room: Room, count: int) -> None:
    """Say so many messages, of several members at once, and go when all are kept."""
    bursts = [BURST] * (count // BURST) + [count % BURST]
    speakers = [(room.enter(f"speaker{number}"), burst) for number, burst in enumerate(bursts)]
    said = [
        (speaker, [speaker.say(f"{number}") for number in range(burst)])
        for speaker, burst in speakers
    ]
    for speaker, identifiers in said:
        for identifier in identifiers:
            speaker.ack(identifier)
        speaker.close()


def as_told(record: Frame) -> Frame:
    """A record of the history as its frame was, but for the picture."""
    return {key: value for key, value in record.items() if key not in ("url", "picture")}


def seqs(frames: Iterable[Frame]) -> list[int]:
    """Of messages and images, in the order in which they came."""
    return [frame["seq"] for frame in frames if frame["type"] in ("message", "image")]
