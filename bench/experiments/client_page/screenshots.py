"""Writes each view of the client to docs/client/*.png.

`python -m bench.experiments.client_page.screenshots`

The views are light and dark, wide and narrow. The people in them follow the script in `people`.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, expect

from bench.experiments.client_page import people
from bench.experiments.client_page.chromium import chromium
from bench.experiments.client_page.dated import on_that_morning
from bench.experiments.client_page.pair import both, origin_of, running
from bench.experiments.client_page.people import People
from bench.experiments.client_page.pictures import keep
from bench.stack.stack import Stack
from bench.up.companion_process import CompanionProcess

FOLDER: Final = Path(__file__).resolve().parents[3] / "docs" / "client"
SIZES: Final = {"wide": (1440, 900), "narrow": (360, 780)}
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_PATIENCE_MS: Final = 30_000
_PINGS_MS: Final = 10_000
"""Long enough for the client to measure some round trips."""
_RACE_MS: Final = 24_000
"""Long enough for the messages that a p99 needs."""


@dataclass
class Scene:
    """A page, both chats, and the other people."""

    page: Page
    stacks: dict[str, Stack]
    room: str
    opened: ExitStack

    def open(self, backend: str, room: str = "", view: str = "") -> None:
        """Follow a link."""
        words = [f"room={room}"] * bool(room) + [f"view={view}"] * bool(view)
        self.page.goto(f"{origin_of(self.stacks[backend])}/?{'&'.join(words)}")

    def bring(self, backend: str, *names: str) -> People:
        """Connect other people until the scene ends."""
        return self.opened.enter_context(People(self.stacks[backend], self.room, names))

    def say(self, text: str) -> None:
        """Send a message as the page's user."""
        self.page.locator("#draft").fill(text)
        self.page.locator("#draft").press("Enter")
        self.sees(text)

    def sees(self, text: str) -> None:
        """Wait until the page shows the text as sent."""
        said = self.page.locator(".message:not([data-status])").get_by_text(text[:20])
        expect(said.last).to_be_visible(timeout=_PATIENCE_MS)


def entrance(scene: Scene) -> None:
    """The page before a room is joined."""
    scene.bring("fastapi", "Mia", "Tomás")
    scene.open("fastapi")
    expect(scene.page.locator("#rooms button").first).to_be_visible()


def talk(scene: Scene, backend: str = "fastapi") -> People:
    """A conversation; returns the other people in it."""
    others = scene.bring(backend, "Mia", "Tomás", "健太")
    others.play(people.BEFORE)
    scene.open(backend, scene.room)
    scene.sees(people.BEFORE[-1][1])
    expect(scene.page.locator(".photo img")).to_have_js_property("complete", True)
    scene.say(people.OWN)
    others.play(people.AFTER)
    scene.sees(people.AFTER[-1][1])
    scene.say(people.OWN_LAST)
    others.type("Mia")
    expect(scene.page.locator("#typing")).not_to_be_empty()
    return others


def changed(scene: Scene) -> None:
    """Reactions, a message that was taken back, and the tools of the user's own message."""
    others = talk(scene)
    own = len(people.BEFORE) + 1
    others.take_back("Tomás", own + 1)
    others.react(own, "❤️", "Mia", "Tomás")
    others.react(own + 3, "😮", "Mia")
    others.react(own + 4, "👍", "Mia", "健太")
    others.react(own + 4, "🎉", "Tomás")
    expect(scene.page.locator(".reaction")).to_have_count(4)
    expect(scene.page.locator(".unsaid")).to_have_count(1)
    scene.page.locator(".reaction").first.click()
    scene.page.locator(".message.own").last.focus()
    expect(scene.page.locator(".message-tools")).to_be_visible()


def talk_django(scene: Scene) -> None:
    """The same on the other backend."""
    talk(scene, "django")


def switched(scene: Scene) -> None:
    """A switch to the other backend in the middle of a draft."""
    scene.bring("django", "Mia", "Tomás", "健太").play(people.AFTER)
    scene.bring("fastapi", "Mia", "Tomás").play(people.BEFORE[:2])
    scene.open("fastapi", scene.room)
    scene.sees(people.BEFORE[1][1])
    scene.page.locator("#draft").fill("I could also bring my")
    scene.page.locator("#switch input").first.check(force=True)
    expect(scene.page.locator(".notice.switched")).to_be_visible(timeout=_PATIENCE_MS)
    scene.sees(people.AFTER[-1][1])


def japanese(scene: Scene) -> None:
    """A conversation in Japanese."""
    others = scene.bring("fastapi", "さくら", "健太", "Mia")
    others.play(people.JAPANESE)
    scene.open("fastapi", scene.room)
    scene.sees(people.JAPANESE[-1][1])
    scene.say(people.JAPANESE_OWN)


def away(scene: Scene) -> None:
    """The connection is lost; a written message waits for it."""
    talk(scene)
    scene.page.context.set_offline(True)
    expect(scene.page.locator("#trouble")).to_be_visible(timeout=_PATIENCE_MS)
    scene.page.locator("#draft").fill("And I know where the seals are.")
    scene.page.locator("#draft").press("Enter")
    expect(scene.page.locator(".message[data-status=waiting]")).to_be_visible()


def rooms(scene: Scene) -> None:
    """The list of rooms, and the link to this room."""
    talk(scene)
    scene.page.locator("#rooms-open").click()
    expect(scene.page.locator("#rooms-panel [role=option]").first).to_be_visible()


def account(scene: Scene) -> None:
    """Signing in."""
    talk(scene)
    scene.page.locator("#me").click()
    expect(scene.page.locator("#account")).to_be_visible()


def members(scene: Scene) -> None:
    """The members and the server; on narrow screens behind one button."""
    talk(scene)
    scene.page.locator("#people-button").click()
    expect(scene.page.locator("#panel")).to_be_in_viewport()


def viewer(scene: Scene) -> None:
    """A photo, large."""
    talk(scene)
    scene.page.locator(".photo").last.click()
    expect(scene.page.locator("#viewer")).to_be_visible()


def inspector(scene: Scene) -> None:
    """The inspector: the frames on the wire."""
    others = talk(scene)
    scene.page.evaluate("document.querySelector('#inspector-open').click()")
    expect(scene.page.locator("#inspector .row").first).to_be_visible(timeout=_PATIENCE_MS)
    scene.page.wait_for_timeout(_PINGS_MS)
    others.play((("Tomás", "Has anybody seen my red bicycle pump?"),))
    expect(scene.page.locator("#inspector .row").get_by_text("bicycle").last).to_be_visible()
    if scene.page.viewport_size == {"width": SIZES["wide"][0], "height": SIZES["wide"][1]}:
        scene.page.locator("#inspector .row").last.click()


def code(scene: Scene) -> None:
    """The lines of both chats that deliver a message, opened from a frame."""
    others = talk(scene)
    scene.page.evaluate("document.querySelector('#inspector-open').click()")
    expect(scene.page.locator("#inspector .row").first).to_be_visible(timeout=_PATIENCE_MS)
    others.play((("Tomás", "Has anybody seen my red bicycle pump?"),))
    frame = scene.page.locator("#inspector .row[data-type=message]").last
    expect(frame).to_contain_text("bicycle", timeout=_PATIENCE_MS)
    frame.click()
    scene.page.locator("#inspector .to-code").click()
    expect(scene.page.locator("#code figure").first).to_be_visible(timeout=_PATIENCE_MS)


def split(scene: Scene) -> None:
    """Both conversations beside each other: copies of the user's messages, and one side alone."""
    others = {backend: scene.bring(backend, "Mia", "Tomás") for backend in ("django", "fastapi")}
    scene.open("fastapi", scene.room, "split")
    connected = scene.page.locator(".split-side").get_by_role("status")
    expect(connected).to_have_text(["Connected", "Connected"], timeout=_PATIENCE_MS)
    others["django"].play(people.BEFORE[:1])
    others["fastapi"].play(people.BEFORE[1:2])
    for text in (people.OWN, people.OWN_LAST):
        scene.page.locator("#split-draft").fill(text)
        scene.page.locator("#split-draft").press("Enter")
        line = scene.page.locator(".split-line.coupled").filter(has_text=text[:20])
        expect(line).to_be_visible(timeout=_PATIENCE_MS)


def race(scene: Scene) -> None:
    """Both backends under the same load."""
    scene.open("fastapi", scene.room, "race")
    expect(scene.page.get_by_text("5 of 5 members")).to_have_count(2, timeout=_PATIENCE_MS)
    if scene.page.get_by_label("Synthetic per side").is_visible():
        scene.page.get_by_label("Synthetic per side").fill("10")
        scene.page.get_by_label("Synthetic per side").press("Tab")
        expect(scene.page.get_by_text("10 of 10 synthetic")).to_have_count(2, timeout=_PATIENCE_MS)
    scene.page.locator("#race-toggle").click()
    scene.page.wait_for_timeout(_RACE_MS)


@dataclass(frozen=True)
class Shot:
    """`wide` or `narrow` or both; `timed` if the page has the fixed time of `dated`."""

    scene: Callable[[Scene], object]
    room: str = "harbour"
    """A room without earlier messages; the narrow page uses another room."""
    locale: str = "en-GB"
    sizes: tuple[str, ...] = tuple(SIZES)
    timed: bool = True

    @property
    def name(self) -> str:
        return self.scene.__name__.replace("_", "-")


SHOTS: Final = (
    Shot(entrance, "saturday"),
    Shot(talk, "harbour-walk"),
    Shot(changed, "pier"),
    Shot(talk_django, "harbour-walk", sizes=("wide",)),
    Shot(switched, "boats"),
    Shot(japanese, "minato", locale="ja-JP"),
    Shot(away, "ferry"),
    Shot(rooms, "lighthouse"),
    Shot(account, "seals"),
    Shot(members, "gulls", sizes=("narrow",)),
    Shot(viewer, "photos", sizes=("wide",)),
    Shot(inspector, "wires"),
    Shot(code, "tackle", timed=False),
    Shot(split, "both-harbours", timed=False),
    Shot(race, "regatta", timed=False),
)


def main(names: list[str]) -> None:
    """Take the named screenshots; all if none is named."""
    chosen = [shot for shot in SHOTS if not names or shot.name in names]
    with (
        CompanionProcess() as companion,
        running(both(), CHAT_COMPANION=companion.origin) as stacks,
        chromium() as browser,
    ):
        backends = {stack.arm.framework: stack.url for stack in stacks.values()}
        companion.start(backends, [origin_of(stack) for stack in stacks.values()])
        companion.wait_until_healthy()
        for shot in chosen:
            for size in shot.sizes:
                _take(browser, stacks, shot, size)


def _take(browser: Browser, stacks: dict[str, Stack], shot: Shot, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=shot.locale,
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    with ExitStack() as opened:
        opened.callback(context.close)
        context.add_init_script("localStorage['chat.name'] ??= 'Ada'")
        page = context.new_page()
        if shot.timed:
            on_that_morning(page)
        room = shot.room if size == "wide" else f"{shot.room}-2026"
        shot.scene(Scene(page, stacks, room, opened))
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            path = FOLDER / f"{shot.name}-{size}-{theme}.png"
            written = keep(path, page.screenshot())
            print(f"{'written' if written else 'as before'}: {path.relative_to(FOLDER.parents[1])}")


if __name__ == "__main__":
    main(sys.argv[1:])
