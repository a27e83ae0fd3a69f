"""The code of both chats, for the client: existing lines for every frame and every close."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, get_args

import httpx
import pytest

from bench.declared.features import CHATS, ROOT, load_features
from bench.up.companion_process import CompanionProcess
from chat_core import frames
from chat_core.close_codes import CloseCode
from tests.client.test_modules import CLIENT, run_node
from tests.companion.page import ORIGIN

CODES = {str(code) for name, code in vars(CloseCode).items() if name.isupper()}


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    with CompanionProcess() as companion:
        companion.start({}, [ORIGIN])
        companion.wait_until_healthy()
        with httpx.Client(base_url=companion.url) as client:
            yield client


@pytest.fixture(scope="module")
def client() -> dict[str, Any]:
    """What the browser client has: the feature of each frame and close, and words for them."""
    paths = ("code/features.js", "words/code_english.js")
    mapping, words = (json.dumps((CLIENT / path).as_uri()) for path in paths)
    program = f"""
        import {{ SENT, RECEIVED, CLOSED }} from {mapping};
        import {{ codeEnglish }} from {words};
        console.log(JSON.stringify({{ SENT, RECEIVED, CLOSED, words: codeEnglish.features }}));
    """
    answer = run_node("--input-type=module", "--eval", program)
    assert answer.returncode == 0, answer.stderr
    parsed: dict[str, Any] = json.loads(answer.stdout)
    return parsed


def types_of(union: Any) -> set[str]:
    """The types of the frames of a union."""
    return {each.__struct_config__.tag for each in get_args(union)}


def test_every_frame_and_close_of_the_contract_leads_to_lines_of_both_chats(
    web: httpx.Client, client: dict[str, Any]
) -> None:
    """A renamed mark, a renamed function and a new frame are noticed here."""
    assert client["SENT"].keys() == types_of(frames.ClientFrame) | {"image"}
    assert client["RECEIVED"].keys() == types_of(frames.ServerFrame)
    assert client["CLOSED"].keys() >= CODES
    tables = (client["SENT"], client["RECEIVED"], client["CLOSED"])
    for feature in set(chain.from_iterable(table.values() for table in tables)):
        shown = web.get(f"/code/{feature}").json()
        assert [chat["framework"] for chat in shown["chats"]] == list(CHATS.values())
        assert all(chat["essence"] and chat["all"] for chat in shown["chats"])


def test_every_line_is_the_one_of_its_file(web: httpx.Client) -> None:
    for feature in load_features():
        for chat in web.get(f"/code/{feature.name}").json()["chats"]:
            for piece in chat["essence"] + chat["all"]:
                file = (ROOT / piece["path"]).read_text("utf-8").splitlines()
                for number, text in piece["lines"]:
                    assert file[number - 1].strip() == text.strip(), piece["path"]


def test_every_feature_has_a_word_and_its_page(web: httpx.Client, client: dict[str, Any]) -> None:
    assert list(client["words"]) == [feature.name for feature in load_features()]
    for feature in client["words"]:
        page = web.get(web.get(f"/code/{feature}").json()["page"])
        assert page.status_code == 200


def test_an_unknown_feature_is_not_found(web: httpx.Client) -> None:
    for path in ("/code/", "/code/nothing", "/code/../pyproject.toml", "/code/connect/more"):
        assert web.get(path).status_code == 404


def test_only_the_chats_pages_may_read_it(web: httpx.Client) -> None:
    ours = web.get("/code/connect", headers={"Origin": ORIGIN})
    assert ours.headers["access-control-allow-origin"] == ORIGIN
    theirs = web.get("/code/connect", headers={"Origin": "http://evil.example"})
    assert theirs.status_code == 403
    assert "access-control-allow-origin" not in theirs.headers
    assert web.get("/code/connect", headers={"Host": "evil.example"}).status_code == 400
