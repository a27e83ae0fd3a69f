"""The client's files: unchanged, compressed if accepted, and sent once."""

import gzip

import brotli
import httpx
import pytest

from chat_core.client_files import CLIENT_DIRECTORY
from tests.conformance.target import Target

# What a header of a request asks for is the framework's part, and so is which files there are.
pytestmark = [pytest.mark.depends_on("server"), pytest.mark.cases_depend_on()]

_MEDIA = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
_FILES = {
    f"/client/{path.relative_to(CLIENT_DIRECTORY).as_posix()}": path
    for path in sorted(CLIENT_DIRECTORY.rglob("*.*"))
}
_SOME = ("/", "/client/main.js")
_PLAIN = {"Accept-Encoding": "identity"}
_BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
_DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress}
_TYPED = ("content-type", "cache-control", "x-content-type-options", "content-security-policy")


@pytest.mark.depends_on
@pytest.mark.parametrize("accepting", [_PLAIN, _BROWSER], ids=["plain", "compressed"])
def test_every_file_is_served(http: httpx.Client, accepting: dict[str, str]) -> None:
    for address, path in _FILES.items():
        answer = http.get(address, headers=accepting)
        assert answer.status_code == 200, address
        assert answer.content == path.read_bytes(), address
        assert answer.headers["content-type"].split(";")[0] == _MEDIA[path.suffix]


@pytest.mark.parametrize("path", _SOME)
@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("*", "br"),
        ("gzip;q=0, *;q=0.1", "br"),
    ],
)
def test_a_browser_receives_fewer_bytes(
    http: httpx.Client, path: str, accepted: str, coding: str
) -> None:
    with http.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-length"] == str(len(sent))
    whole = http.get(path, headers=_PLAIN).content
    assert _DECODERS[coding](sent) == whole
    assert len(sent) <= len(gzip.compress(whole, mtime=0))
    _assert_varies(answer)


@pytest.mark.parametrize("path", _SOME)
@pytest.mark.parametrize("accepted", ["identity", "zstd", "", "br;q=0", "*;q=0", "gzip;q=none"])
def test_a_client_that_accepts_no_compression_gets_none(
    http: httpx.Client, path: str, accepted: str
) -> None:
    answer = http.get(path, headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(len(answer.content))
    _assert_varies(answer)


@pytest.mark.parametrize("path", _SOME)
@pytest.mark.parametrize("first", [_PLAIN, _BROWSER], ids=["plain", "compressed"])
@pytest.mark.parametrize("again", [_PLAIN, _BROWSER], ids=["plain again", "compressed again"])
def test_a_cached_file_is_not_sent_again(
    http: httpx.Client, path: str, first: dict[str, str], again: dict[str, str]
) -> None:
    had = http.get(path, headers=first)
    answer = http.get(path, headers=again | {"If-None-Match": had.headers["etag"]})
    assert (answer.status_code, answer.content) == (304, b"")
    for name in ("etag", "vary", "cache-control"):
        assert answer.headers[name] == had.headers[name]
    assert "content-encoding" not in answer.headers
    assert answer.headers.get("content-length") is None
    assert "content-security-policy" not in answer.headers, "it is kept with what was sent"


@pytest.mark.parametrize("path", _SOME)
@pytest.mark.parametrize("tags", ["*", '"another", {}'])
def test_if_none_match_may_be_a_star_or_a_list(http: httpx.Client, path: str, tags: str) -> None:
    had = http.get(path).headers["etag"]
    answer = http.get(path, headers={"If-None-Match": tags.format(had)})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", had)


@pytest.mark.parametrize("path", _SOME)
@pytest.mark.parametrize("tags", ['"another"', 'W/"another", "third"', "none"])
def test_a_file_that_is_not_cached_is_sent(http: httpx.Client, path: str, tags: str) -> None:
    answer = http.get(path, headers={"If-None-Match": tags})
    assert (answer.status_code, answer.content) == (200, http.get(path).content)


@pytest.mark.depends_on
def test_files_of_different_sizes_have_different_etags(http: httpx.Client) -> None:
    """Two files may have the same size, and the same time in a new clone."""
    answers = [http.head(address, headers=_PLAIN) for address in _FILES]
    tags = {answer.headers["content-length"]: answer.headers["etag"] for answer in answers}
    assert len(set(tags.values())) == len(tags) > len(_FILES) / 2


@pytest.mark.parametrize("path", _SOME)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_etag_is_the_same_for_every_coding_and_method(
    http: httpx.Client, path: str, method: str
) -> None:
    plain, compressed = (http.request(method, path, headers=each) for each in (_PLAIN, _BROWSER))
    assert plain.headers["etag"] == compressed.headers["etag"] == http.get(path).headers["etag"]
    assert plain.headers["etag"].startswith('W/"'), "the bytes differ: no strong one can be both's"
    for name in _TYPED:
        assert plain.headers[name] == compressed.headers[name]


@pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=9-0", "bytes=x", "bytes=99999999-"])
def test_a_file_comes_as_a_whole(http: httpx.Client, asked: str) -> None:
    for headers in (_PLAIN, _BROWSER):
        answer = http.get("/client/main.js", headers=headers | {"Range": asked})
        assert answer.status_code == 200
        assert answer.content == http.get("/client/main.js").content
        assert "accept-ranges" not in answer.headers


def test_a_missing_file_is_an_error_with_any_coding(http: httpx.Client) -> None:
    answer = http.get("/client/nowhere.js", headers=_BROWSER | {"If-None-Match": "*"})
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "path", ["/healthz", "/api/rooms", "/api/rooms/lobby/messages", "/api/me", "/api/nowhere"]
)
def test_answers_of_the_api_are_not_compressed(
    http: httpx.Client, server: Target, path: str
) -> None:
    # The compressed length could reveal a secret beside data of an attacker (BREACH).
    answer = http.get(path, headers=_BROWSER | {"Origin": server.origin})
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(len(answer.content))


def _assert_varies(answer: httpx.Response) -> None:
    assert answer.headers["vary"].lower() == "accept-encoding"
