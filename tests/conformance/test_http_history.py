"""The history over HTTP: pages of messages, oldest first, and the pictures of images."""

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from chat_core import protocol_limits, vectors
from tests.conformance.browser import assert_error
from tests.conformance.records import between, fill, records, referred, seqs, tell
from tests.conformance.room import Room
from tests.conformance.target import Target

pytestmark = pytest.mark.depends_on("server", "history")

_PNG = b"\x89PNG\r\n\x1a\n"
_PAGE = protocol_limits.HISTORY_PAGE_MESSAGES
_COUNT = _PAGE + 30


@pytest.fixture(scope="session")
def told(server: Target) -> Iterator[Room]:
    """A room with more messages than a page; no member writes in it any more."""
    with Room(server.url) as room:
        fill(room, _COUNT)
        yield room


@pytest.mark.depends_on("history")
@pytest.mark.history
def test_records_are_the_frames_that_were_sent(room: Room, http: httpx.Client) -> None:
    live = tell(room, [c for c in vectors.load("accepted") if c["frame"]["type"] == "say"])
    assert records(http, room.name, limit=_PAGE) == live


@pytest.mark.history
def test_an_image_is_at_the_url_of_its_record(room: Room, http: httpx.Client) -> None:
    live = tell(room, vectors.load("images_accepted"))
    found = records(http, room.name)
    assert found == [referred(room, frame) for frame in live]
    for record, frame in zip(found, live, strict=True):
        answer = http.get(record["url"])
        assert (answer.status_code, answer.content) == (200, frame["picture"])
        assert answer.headers["content-type"] == frame["mime"]


@pytest.mark.history
def test_an_image_is_served_with_safe_headers(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.ack(ann.send_image(_PNG + b"<script>", mime="text/html", name="x.html"))
    headers = http.get(f"/api/rooms/{room.name}/images/1").headers
    assert headers["content-type"] == "image/png"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == "inline"
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert headers["cross-origin-resource-policy"] == "same-site", "the other chat's page shows it"
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "sandbox"} <= set(policy)


@pytest.mark.depends_on("history")
@pytest.mark.history
def test_without_a_limit_a_page_has_the_last_fifty(told: Room, http: httpx.Client) -> None:
    assert seqs(records(http, told.name)) == list(range(_COUNT - 49, _COUNT + 1))


@pytest.mark.depends_on("history")
@pytest.mark.history
@pytest.mark.parametrize("limit", [1, 2, 50, 199, 200])
def test_a_limit_gives_the_last_messages(told: Room, http: httpx.Client, limit: int) -> None:
    found = seqs(records(http, told.name, limit=limit))
    assert found == list(range(_COUNT - limit + 1, _COUNT + 1))


@pytest.mark.depends_on("history")
@pytest.mark.history
@pytest.mark.parametrize("limit", [201, 1000, 10**17])
def test_a_page_has_a_largest_length(told: Room, http: httpx.Client, limit: int) -> None:
    assert len(records(http, told.name, limit=limit)) == _PAGE


@pytest.mark.depends_on("history")
@pytest.mark.history
@pytest.mark.parametrize("before", [1, 2, 3, _COUNT, _COUNT + 1, _COUNT + 2, 10**18 - 1])
def test_before_leaves_out_later_messages(told: Room, http: httpx.Client, before: int) -> None:
    last = min(before - 1, _COUNT)
    assert seqs(records(http, told.name, before=before, limit=2)) == list(
        range(max(1, last - 1), last + 1)
    )


@pytest.mark.depends_on("history")
@pytest.mark.history
def test_the_pages_together_are_complete(told: Room, http: httpx.Client) -> None:
    assert seqs(between(http, told.name, 0, _COUNT + 1)) == list(range(1, _COUNT + 1))
    assert seqs(between(http, told.name, 17, 23)) == list(range(18, 23))


@pytest.mark.depends_on("history")
@pytest.mark.history
def test_each_room_has_its_own_history(told: Room, room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.ack(ann.say("hello"))
    assert seqs(records(http, room.name)) == [1]


def test_a_room_without_messages_has_an_empty_history(room: Room, http: httpx.Client) -> None:
    assert records(http, room.name) == []
    assert records(http, room.name, before=1, limit=1) == []


def test_unknown_parameters_are_ignored(room: Room, http: httpx.Client) -> None:
    assert records(http, room.name, after=3, since="x", offset=1) == []


@pytest.mark.depends_on("history")
@pytest.mark.history
def test_of_a_repeated_parameter_the_last_counts(told: Room, http: httpx.Client) -> None:
    answer = http.get(f"/api/rooms/{told.name}/messages?limit=x&limit=3&before=&before=9")
    assert seqs(answer.json()) == [6, 7, 8]


@pytest.mark.cases_depend_on
@pytest.mark.parametrize("value", ["0", "-1", "", "x", "1.5", "1e2", " 1", "٣", "1_0", "9" * 19])
@pytest.mark.parametrize("parameter", ["before", "limit"])
def test_a_parameter_that_is_not_a_number_is_refused(
    room: Room, http: httpx.Client, parameter: str, value: str
) -> None:
    path = f"/api/rooms/{room.name}/messages?{parameter}={quote(value)}"
    assert_error(http.get(path), 400, "bad_request")


@pytest.mark.parametrize("name", ["a.b", "å", "a b", "a\n", "r" * 65, "a'b", "%"])
def test_a_bad_room_is_refused(http: httpx.Client, name: str) -> None:
    assert_error(http.get(f"/api/rooms/{quote(name)}/messages"), 400, "bad_request")


@pytest.mark.parametrize(
    "path", ["/api/rooms//messages", "/api/rooms/a%2Fb/messages", "/api/rooms/"]
)
def test_a_path_that_is_not_a_room_is_not_found(http: httpx.Client, path: str) -> None:
    assert_error(http.get(path), 404, "not_found")


@pytest.mark.depends_on("history")
@pytest.mark.history
@pytest.mark.parametrize("seq", ["1", "3", "0", "-1", "x", "1.0", "9" * 19, "9" * 18])
def test_a_seq_without_an_image_is_not_found(room: Room, http: httpx.Client, seq: str) -> None:
    ann = room.enter("ann")
    ann.say("hello")
    ann.ack(ann.send_image(_PNG))
    assert http.get(f"/api/rooms/{room.name}/images/2").status_code == 200
    assert_error(http.get(f"/api/rooms/{room.name}/images/{seq}"), 404, "not_found")


@pytest.mark.history
def test_an_image_is_not_found_in_another_room(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.ack(ann.send_image(_PNG))
    for name in (f"{room.name}x", room.name.upper(), "a.b"):
        assert_error(http.get(f"/api/rooms/{name}/images/1"), 404, "not_found")


@pytest.mark.no_history
def test_without_a_history_pages_are_empty(room: Room, http: httpx.Client) -> None:
    (ann,) = room.gather("ann")
    ann.say("hello")
    ann.send_image(_PNG)
    ann.messages(2)
    assert records(http, room.name) == []
    assert_error(http.get(f"/api/rooms/{room.name}/images/1"), 404, "not_found")
