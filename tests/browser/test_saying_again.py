"""Refused and uncertain messages: the page shows the problem and can send again safely."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Route, expect

from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.browser.faulty_server import FaultyServer
from tests.browser.scripted_server import AT, ScriptedServer
from tests.browser.stage import Stage
from tests.browser.test_nothing_missing import picture

OnStage = Callable[..., tuple[Person, ScriptedServer]]
BringPerson = Callable[..., Person]

NOT_CERTAIN = "It may not have arrived: sending it again…"


def texts(server: ScriptedServer) -> list[dict[str, Any]]:
    """The `say` frames that the server got, without typing frames."""
    return [frame for frame in server.said if frame["type"] == "say"]


def test_what_a_server_is_not_certain_of_is_said_again(on_stage: OnStage) -> None:
    """The page sends it again with the same id, without the user, and shows it once."""
    ann, server = on_stage(seq=0)
    ann.say("kept or not")
    expect(ann.page.locator(".message[data-status=sent]")).to_have_count(1)
    (first,) = texts(server)
    server.send("error", code="unavailable", detail="", id=first["id"])
    expect(ann.page.locator(".fate")).to_have_text(NOT_CERTAIN)
    expect(ann.page.locator(".message[data-status=sent]")).to_have_count(1, timeout=RETURN_MS)
    assert texts(server) == [first, first]
    server.send("message", seq=1, id=first["id"], user="Ann", text="kept or not", at=AT)
    server.send("ack", id=first["id"], seq=1)
    ann.sees("kept or not")
    expect(ann.page.locator(".message")).to_have_count(1)


def test_a_photo_that_was_too_much_at_once_can_be_sent_again(on_stage: OnStage) -> None:
    """The page says why, and waits for the user, because an automatic try would be refused."""
    ann, server = on_stage(seq=0)
    ann.page.locator("#files").set_input_files([picture("view.png").payload()])
    ann.page.get_by_role("button", name="Send", exact=True).click()
    expect(ann.page.locator(".message[data-status=sent]")).to_have_count(1)
    (first,) = server.heard(1)
    server.send("error", code="rate_limited", detail="", id=first["id"])
    fate = ann.page.locator(".message[data-status=failed] .fate")
    expect(fate).to_contain_text("Not sent: too much at once. Try again in a moment.")
    fate.get_by_role("button", name="Try again").click()
    expect(ann.page.locator(".message[data-status=sent]")).to_have_count(1)
    assert server.heard(2) == [first, first]
    assert server.said == [first, first]


def test_a_replayed_photo_is_fetched(usual_stage: Stage, on_stage: OnStage) -> None:
    """A replayed photo is a text frame with an address; a live photo contains its bytes."""
    page = usual_stage.page()
    page.route("**/messages?*", lambda route: route.fulfill(json=[]))
    asked: list[str] = []

    def give(route: Route) -> None:
        asked.append(urlsplit(route.request.url).path)
        route.fulfill(body=picture("view.png").data, content_type="image/png")

    page.route("**/images/*", give)
    ann, server = on_stage(seq=1)
    path = f"/api/rooms/{server.welcome['room']}/images/2"
    server.send(
        "image",
        seq=2,
        id="a photo",
        user="Bob",
        mime="image/png",
        name="view.png",
        at=AT,
        size=len(picture("view.png").data),
        url=path,
    )
    ann.shows("view.png")
    assert asked == [path]


def test_too_many_handshakes_are_waited_out(person: BringPerson) -> None:
    """A browser hides HTTP 429 from the page, so the page retries after growing pauses."""
    with Chats("django-channels") as half:
        port = urlsplit(half.origins["fastapi"]).port
        assert port is not None
        with FaultyServer(port) as faulty:
            ann = person("Ann")
            ann.open(half.origins["django-channels"], backend="fastapi", room="race")
            ann.is_connected()
            faulty.too_many_handshakes = 3
            faulty.put_out("Ann")
            expect(ann.page.locator("#link")).to_have_text("Reconnecting…", timeout=RETURN_MS)
            ann.is_connected()
            assert faulty.too_many_handshakes == 0
