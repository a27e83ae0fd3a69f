"""The inspector: the frames of a connection, and the reason for its end."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import found_by_axe
from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.browser.inspector import (
    BringPerson,
    copied,
    detail,
    inspecting,
    list_only,
    part,
    png,
    rows,
    told,
)
from tests.conformance.room import Room

BACKENDS = ("django-channels", "fastapi")
WORDS = {
    4410: "Set by this page, not on the wire: you dropped the connection here.",
    1012: "The server is restarting.",
}


@pytest.mark.parametrize("backend", BACKENDS)
def test_frames_of_a_talk(chats: Chats, person: BringPerson, backend: str) -> None:
    """The list shows frames in order, with direction, type and size; a text, then a photo."""
    with Room(chats.origins[backend], f"frames-{backend}") as room:
        ann = inspecting(person, room.url, room.name)
        bob = room.enter("Bob")
        ann.say("héllo 😀")
        bob.until("message", text="héllo 😀")
        bob.say("and back")
        ann.sees("and back")
    expect(rows(ann.page, "[data-what=opening]")).to_contain_text(f"/ws/rooms/{room.name}?name=Ann")
    expect(rows(ann.page, "[data-what=open]")).to_contain_text("subprotocol chat.v1, handshake ")
    talk = rows(ann.page, ":is([data-type=say], [data-type=message])")
    expect(talk.locator(".type bdi")).to_have_text(["say", "message", "message"])
    assert talk.evaluate_all("rows => rows.map(row => row.dataset.what)") == ["out", "in", "in"]
    contents = talk.locator(".content").all_inner_texts()
    assert [json.loads(text)["text"] for text in contents] == ["héllo 😀", "héllo 😀", "and back"]
    sizes = [f"{len(text.encode())} B" for text in contents]
    expect(talk.locator(".size")).to_have_text(sizes)

    talk.first.click()
    expect(detail(ann.page).locator("pre")).to_have_text(re.compile(r'^{\n  "type": "say",\n'))
    ann.page.get_by_label("Raw").check()
    expect(detail(ann.page).locator("pre")).to_have_text(contents[0])
    expect(ann.page.locator("#inspector .plot")).to_have_attribute(
        "aria-label", re.compile(r"^Round trip, \d+ measurements?: last [\d.]+ ms, median ")
    )

    ann.page.locator("#inspector input[value=pretty]").check()
    shows_a_photo(ann)


def shows_a_photo(ann: Person) -> None:
    """Both directions show a binary frame: header, kind and size of the picture, first bytes."""
    picture = png(40)
    ann.page.emulate_media(color_scheme="dark")
    ann.page.locator("#files").set_input_files(
        {"name": "noise.png", "mimeType": "image/png", "buffer": picture}
    )
    expect(ann.page.locator("#attached li")).to_have_count(1)
    ann.page.get_by_role("button", name="Send", exact=True).click()
    photo = rows(ann.page, "[data-binary][data-type=image]")
    line = f"binary · noise.png · image/png · {len(picture) / 1000:.1f} kB"
    expect(photo.locator(".content")).to_have_text([line, line])
    assert photo.evaluate_all("rows => rows.map(row => row.dataset.what)") == ["out", "in"]
    photo.last.click()
    parts = detail(ann.page)
    header = json.loads(parts.locator("pre").first.inner_text())
    assert {"type": "image", "name": "noise.png", "user": "Ann"}.items() <= header.items()
    expect(parts).to_contain_text(f"image/png, {len(picture) / 1000:.1f} kB ({len(picture):,} B)")
    expect(parts.locator("pre").last).to_have_text(re.compile("^0000  00 00 00 .. 7b 22 74 79 70"))
    assert found_by_axe(ann.page) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_filter_pause_clear_and_copy(chats: Chats, person: BringPerson, backend: str) -> None:
    """The list shows the chosen lines, counts lines in a pause, and can be copied and cleared."""
    ann = inspecting(person, chats.origins[backend], f"filter-{backend}")
    page = ann.page
    ann.say("apples")
    ann.say("pears")
    ann.sees("pears")
    page.get_by_label("Filter", exact=True).fill("PEAR")
    expect(rows(page, "[data-type=message]")).to_have_count(1)
    expect(rows(page)).to_have_count(2)
    list_only(page, "Out")
    expect(rows(page).locator(".type bdi")).to_have_text(["say"])
    (line,) = copied(page)
    assert re.fullmatch(r'\d\d:\d\d:\d\d\.\d{3} out say \d+ B {"type":"say",.*"pears"}', line)
    page.get_by_label("Filter", exact=True).fill("")
    page.get_by_label("Type", exact=True).select_option("say")
    expect(rows(page)).to_have_count(2)

    part(page, "pause").click()
    sent = page.locator("#inspector .way.out .total")
    before = int(sent.inner_text().split()[0])
    ann.say("plums")
    ann.sees("plums")
    expect(sent).not_to_have_text(re.compile(f"^{before} "))
    expect(rows(page)).to_have_count(2)
    part(page, "pause").click()
    ann.say("cherries")
    expect(rows(page)).to_have_count(3)
    list_only(page, "Connection")
    page.get_by_label("Type", exact=True).select_option("")
    expect(rows(page, "[data-what=paused]")).to_have_text(re.compile(r"Paused: \d+ lines"))

    part(page, "clear").click()
    expect(rows(page)).to_have_count(0)
    expect(page.locator("#inspector .nothing")).to_be_visible()


@pytest.mark.parametrize("backend", BACKENDS)
def test_closes_are_explained(chats: Chats, person: BringPerson, backend: str) -> None:
    """The inspector explains a close code and the page's next step, and the page takes it."""
    ann = inspecting(person, chats.origins[backend], f"closes-{backend}")
    page = ann.page
    list_only(page, "Connection")
    part(page, "drop").click()
    expect(rows(page, "[data-what=open]")).to_have_count(2, timeout=RETURN_MS)
    lost = page.locator("#timeline .notice.lost")
    expect(lost).to_have_text("The inspector dropped the connection.")  # no backend is to blame
    closed = rows(page, "[data-what=closed]")
    expect(closed).to_contain_text(f"Closed with 4410 · {WORDS[4410]} · The page tries again in ")
    part(page, "clear").click()

    chats.stop(backend)
    expect(closed.first).to_contain_text("Closed with 1012")
    closed.first.click()
    expect(detail(page)).to_contain_text(WORDS[1012])
    expect(detail(page)).to_contain_text(re.compile(r"The page tries again in [\d.]+ m?s\."))
    chats.restart(backend)
    expect(rows(page, "[data-what=open]")).to_have_count(1, timeout=RETURN_MS)
    expect(rows(page, "[data-what=opening]").last).to_contain_text(re.compile(r"^[\d:.]+Try \d+: "))
    part(page, "legend").click()
    expect(page.locator("#inspector-codes")).to_contain_text(WORDS[1012])


def test_by_keyboard(chats: Chats, person: BringPerson) -> None:
    """Keys reach and leave every part; the page remembers the height and the open state."""
    ann = inspecting(person, chats.origins["fastapi"], "keys")
    page = ann.page
    listed = page.get_by_role("listbox")
    expect(listed).to_be_focused()
    page.keyboard.press("Home")
    expect(rows(page, "[aria-selected=true]")).to_contain_text("Connecting to")
    page.keyboard.press("ArrowDown")
    chosen = rows(page, "[aria-selected=true]")
    expect(chosen).to_contain_text("Open:")
    expect(listed).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "?")
    page.keyboard.press("Enter")
    expect(detail(page)).to_be_focused()
    expect(detail(page)).to_contain_text("chat.v1")
    page.keyboard.press("Escape")
    expect(detail(page)).to_be_hidden()
    expect(listed).to_be_focused()
    page.keyboard.press("Control+c")
    expect(told(page)).to_have_text("1 line copied")

    edge = page.get_by_role("separator")
    height = page.locator("#inspector").evaluate("panel => panel.clientHeight")
    edge.focus()
    page.keyboard.press("ArrowUp")
    expect(edge).to_have_attribute("aria-valuenow", "50")
    assert page.locator("#inspector").evaluate("panel => panel.clientHeight") > height
    page.reload()
    expect(rows(page, "[data-what=open]")).to_have_count(1)
    expect(edge).to_have_attribute("aria-valuenow", "50")
    part(page, "close").press("Enter")
    expect(page.locator("#inspector")).to_have_count(0)
    expect(page.locator("#inspector-open")).to_be_focused()
    page.reload()
    ann.is_connected()
    expect(page.locator("#inspector-open")).to_have_attribute("aria-expanded", "false")


def test_on_a_narrow_screen_it_covers_the_page(chats: Chats, person: BringPerson) -> None:
    """The covered page is inert, and Escape returns to it."""
    ann = person("Ann", viewport={"width": 320, "height": 640}, locale="ja-JP")
    ann.open(chats.origins["fastapi"], room="narrow")
    page = ann.page
    page.locator("#more-button").click()
    page.locator("#inspector-open").click()
    expect(rows(page, "[data-what=open]")).to_contain_text("接続しました")
    expect(page.locator("#talk")).to_have_attribute("inert", "")
    assert page.locator("#inspector").bounding_box() == {
        "x": 0, "y": 0, "width": 320, "height": 640,
    }  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert found_by_axe(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#inspector")).to_have_count(0)
    expect(page.locator("#talk")).not_to_have_attribute("inert", "")
    expect(page.locator("#more-button")).to_be_focused()
