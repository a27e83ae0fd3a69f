"""The inspector's fault injection: frames that the contract does not allow, and stalled reading."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RETURN_MS, Chats
from tests.browser.inspector import BringPerson, copied, inspecting, part, png, rows, told
from tests.conformance.room import Member, Room

BACKENDS = ("django-channels", "fastapi")
PROBES = {
    "notJson": "bad_json",
    "notObject": "not_an_object",
    "unknownType": "unknown_type",
    "wrongField": "invalid_field",
    "tooLong": "too_long",
    "noImage": "unsupported_media",
    "brokenHeader": "bad_json",
}


@pytest.mark.parametrize("backend", BACKENDS)
def test_bad_frames_are_answered(chats: Chats, person: BringPerson, backend: str) -> None:
    """Each frame gets the answer that the menu promises, and the list shows the answer."""
    ann = inspecting(person, chats.origins[backend], f"bad-{backend}")
    page = ann.page
    for number, (probe, code) in enumerate(PROBES.items(), 1):
        part(page, "probe").click()
        item = page.locator(f"#inspector-probes [data-probe={probe}]")
        expect(item).to_contain_text(f"answer: error {code}")
        item.click()
        expect(told(page)).to_have_text(
            re.compile(rf"the server answered {code} after [\d.]+ ms, as it must\.$")
        )
        expect(told(page)).to_contain_text(item.locator("b").text_content() or "?")
        page.get_by_label("Type", exact=True).select_option("error")
        expect(rows(page)).to_have_count(number)
        expect(rows(page).last).to_contain_text(code)
        page.get_by_label("Type", exact=True).select_option("")
    ann.is_connected()


@pytest.mark.parametrize("backend", BACKENDS)
def test_reading_stands_still_and_goes_on(chats: Chats, person: BringPerson, backend: str) -> None:
    """No message appears meanwhile, silence does not end the connection, then all appear."""
    with Room(chats.origins[backend], f"still-{backend}") as room:
        ann = inspecting(person, room.url, room.name)
        bob = room.enter("Bob")
        part(ann.page, "stall").click()
        expect(rows(ann.page, "[data-what=stalled]")).to_have_count(1)
        expect(ann.page.locator("#inspector .still")).to_contain_text("Reading paused")
        for word in ("one", "two", "three"):
            bob.until("message", id=bob.say(word))
        ann.say("four")
        bob.until("message", text="four")
        assert ann.has_said() == []
        part(ann.page, "stall").click()
        for word in ("one", "two", "three", "four"):
            ann.sees(word)
    assert ann.has_said() == ["one", "two", "three", "four"]
    expect(rows(ann.page, "[data-what=closed]")).to_have_count(1)  # from before the stall
    expect(rows(ann.page, "[data-what=readOn]")).to_have_text(re.compile("resumed after"))


def test_who_reads_too_slowly_comes_back_whole(person: BringPerson) -> None:
    """The server ends the stalled connection with 1013; the page gets each missing frame once.

    Daphne buffers without a limit, so only uvicorn does this: docs/differences.md.
    """
    with (
        Chats("fastapi", CHAT_OUTBOX="20/3MiB", CHAT_RATE_LIMIT="off") as chats,
        Room(chats.origins["fastapi"]) as room,
    ):
        ann = inspecting(person, room.url, room.name)
        ann.expected.append(
            "ERR_CONNECTION_REFUSED"
        )  # from the other chat, which the page asks after a loss
        part(ann.page, "stall").click()
        expect(rows(ann.page, "[data-what=stalled]")).to_have_count(1)
        bob = room.enter("Bob")
        said = flood(bob)
        part(ann.page, "stall").click()
        expect(rows(ann.page, "[data-what=closed]").last).to_contain_text(
            "Closed with 1013, “you read too slowly: come back” · Disconnected for reading",
            timeout=RETURN_MS,
        )
        bob.say("the end")
        ann.sees("the end")
        numbers = [
            json.loads(line[line.index("{") :])["seq"]
            for line in copied(ann.page)
            if " in image " in line
        ]
        assert numbers == list(range(1, said + 1))


def flood(speaker: Member) -> int:
    """Send photos until the server removes the stalled member; returns the number of photos."""
    picture = png(500)
    for number in range(1, 60):
        speaker.send_image(picture)
        frames = [speaker.frame()]
        while frames[-1]["type"] != "image":
            frames.append(speaker.frame())
        speaker.send({"type": "ping", "id": "p"})
        frames += speaker.all_until("pong")
        if any(frame["type"] == "left" and frame["count"] == 1 for frame in frames):
            return number
    raise AssertionError("Ann is still there")
