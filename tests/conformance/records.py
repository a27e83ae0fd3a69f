"""The history of a room over HTTP; and rooms with one."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.conformance.room import Frame, Room

BURST = 40
"""The number of messages that a connection may send at once."""


def records(http: httpx.Client, room: str, **query: Any) -> list[Frame]:
    """A page of a room's history."""
    answer = http.get(f"/api/rooms/{room}/messages?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    found: list[Frame] = answer.json()
    return found


def between(http: httpx.Client, room: str, after: int, before: int) -> list[Frame]:
    """All messages between two seqs, page by page, as a client fetches them after a gap."""
    found: list[Frame] = []
    while before > after + 1:
        page = records(http, room, before=before, limit=200)
        assert page, f"nothing before {before}"
        found = page + found
        before = page[0]["seq"]
    return [record for record in found if record["seq"] > after]


def fill(room: Room, count: int) -> None:
    """Send `count` messages from several members, and leave when all are acknowledged."""
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


def tell(room: Room, cases: Iterable[dict[str, Any]]) -> list[Frame]:
    """Have each of these vectors said, and return the frames that the room is told.

    Each has a user of its own: vectors have the same ids, and an id is one message of a user.
    """
    told = []
    for number, case in enumerate(cases):
        member = room.enter(f"{'😀' * 29}{number:03}")
        if isinstance(case["sent"], str):
            member.send_text(case["sent"])
        else:
            member.send_binary(case["sent"])
        told += member.messages(1)
        member.close()
    return told


def referred(room: Room, frame: Frame) -> Frame:
    """A message or an image that came live, as the history and a replay have it."""
    if frame["type"] != "image":
        return frame
    header = {key: value for key, value in frame.items() if key != "picture"}
    url = f"/api/rooms/{room.name}/images/{frame['seq']}"
    return header | {"size": len(frame["picture"]), "url": url}


def seqs(frames: Iterable[Frame]) -> list[int]:
    """The seqs of messages and images, in the order of arrival."""
    return [frame["seq"] for frame in frames if frame["type"] in ("message", "image")]
