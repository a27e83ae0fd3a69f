"""The two chats side by side: every feature in both, with code by name."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.declared.essences import Piece, essential_lines, load_essences
from bench.declared.features import (
    CHATS,
    CodeObject,
    Feature,
    files_of,
    functions_and_classes,
    load_features,
    load_roles,
    source,
)
from bench.errors import BenchError
from bench.report.side_by_side import render_side_by_side
from bench.report.side_by_side.page import FOLDER, rows_beside

FEATURES = {feature.name: feature for feature in load_features()}
OBJECTS = [each for f in FEATURES.values() for objects in f.objects.values() for each in objects]
TO_NAME = "features.toml names every function under its feature, every file under its role"
NOT_COMPARED = {"variants", "migrations", "administration", "admin.py", "tests"}
NEEDED = {
    "connect",
    "receive",
    "deliver",
    "disconnect",
    "authenticate",
    "persist",
    "replay",
    "scale-out",
}


def test_no_feature_is_missing() -> None:
    assert set(FEATURES) >= NEEDED


@pytest.mark.parametrize("feature", FEATURES.values(), ids=lambda feature: feature.name)
def test_a_feature_has_both_sides(feature: Feature) -> None:
    assert all(feature.objects[chat] for chat in CHATS)


def test_every_named_object_exists() -> None:
    assert [each for each in OBJECTS if each.last_name not in source(each)] == []


def test_an_object_belongs_to_one_feature() -> None:
    names = Counter((each.package, each.module, each.name) for each in OBJECTS)
    assert [name for name, times in names.items() if times > 1] == []
    inside = [
        (package, module, name)
        for package, module, name in names
        if (package, module, name.rpartition(".")[0]) in names
    ]
    assert inside == []


@pytest.mark.parametrize("chat", CHATS)
def test_every_function_and_class_has_a_feature(chat: str) -> None:
    named = {(each.path, each.name) for each in OBJECTS}
    parts = {(path, name.rpartition(".")[0]) for path, name in named}
    everything = {
        (each.path, each.name)
        for path in files_of(chat)
        if not NOT_COMPARED & set(path.parts)
        for each in functions_and_classes(chat, ".".join(path.with_suffix("").parts[1:]))
    }
    assert everything - named - parts == set(), TO_NAME


@pytest.mark.parametrize("chat", CHATS)
def test_every_method_of_a_class_that_is_shown_in_parts_has_a_feature(chat: str) -> None:
    shown = [each for each in OBJECTS if each.package == chat and "." in each.name]
    classes = {CodeObject(chat, each.module, each.name.partition(".")[0]) for each in shown}
    for each in classes:
        methods = set(re.findall(r"^    (?:async )?def (\w+)", source(each), re.MULTILINE))
        named = {m.last_name for m in shown if m.name.startswith(f"{each.name}.")}
        assert methods - named == set(), TO_NAME


@pytest.mark.parametrize("chat", CHATS)
def test_every_file_has_one_role(chat: str) -> None:
    named = [path for role in load_roles() for path in role.files[chat]]
    assert sorted(named) == sorted(files_of(chat)), TO_NAME


def test_a_role_that_one_chat_has_no_file_for_says_why() -> None:
    alone = [role for role in load_roles() if not all(role.files.values())]
    assert alone
    assert all(role.why for role in alone)


def test_a_missing_object_is_named() -> None:
    gone = CodeObject("django_chat", "consumers", "ChatConsumer.nowhere")
    with pytest.raises(BenchError, match=r"django_chat/consumers\.py has no ChatConsumer\.nowhere"):
        source(gone)


def test_code_is_shown_with_its_decorators_and_without_its_indentation() -> None:
    endpoint = source(CodeObject("fastapi_chat", "endpoints", "room_socket"))
    assert endpoint.startswith("@router.websocket(")
    assert source(CodeObject("fastapi_chat", "room_connection", "RoomConnection.run")).startswith(
        "async def run"
    )


def test_objects_with_one_name_share_a_row() -> None:
    left = [CodeObject("django_chat", "a", name) for name in ("A.x", "A.join", "A.y", "A.leave")]
    right = [CodeObject("fastapi_chat", "b", name) for name in ("B.join", "B.z", "B.leave")]
    rows = [[[each.name for each in cell] for cell in row] for row in rows_beside(left, right)]
    assert rows == [
        [["A.x"], []],
        [["A.join"], ["B.join"]],
        [["A.y"], ["B.z"]],
        [["A.leave"], ["B.leave"]],
    ]


def test_every_feature_has_a_page() -> None:
    pages = render_side_by_side()
    index = pages[FOLDER / "README.md"]
    assert all(f"({name}.md)" in index for name in FEATURES)
    assert set(pages) == {FOLDER / f"{name}.md" for name in (*FEATURES, "README")}


@pytest.mark.parametrize("name", FEATURES)
def test_a_page_begins_with_what_differs_and_folds_the_rest(name: str) -> None:
    page = render_side_by_side()[FOLDER / f"{name}.md"]
    top, folded = page.split("<summary>All code")
    assert "**What differs:** " in top
    objects = [each for chat in CHATS for each in FEATURES[name].objects[chat]]
    assert folded.count("```python\n") == len(objects)
    assert page.count("<td") == page.count("</td>")
    assert str(Path.cwd()) not in page


@pytest.mark.parametrize("chat", CHATS)
@pytest.mark.parametrize("name", FEATURES)
def test_an_essence_has_at_most_ten_lines_of_the_feature_s_code(name: str, chat: str) -> None:
    essence = load_essences()[name]
    lines = [line for each in essence.pieces(chat) for line in essential_lines(each, chat)]
    assert 1 < len(lines) <= 10
    assert re.fullmatch(r"[^.]*\.", essence.differs), "one sentence"
    mine = {each.name.partition(".")[0] for each in FEATURES[name].objects[chat]}
    assert {each.of(chat).name.partition(".")[0] for each in essence.pieces(chat)} <= mine


def test_an_essence_is_cut_by_its_words() -> None:
    piece = Piece("room_connection:RoomConnection.run", "finally:", "await asyncio.shield")
    assert essential_lines(piece, "fastapi_chat") == [
        "finally:",
        "    leaving = asyncio.create_task(self.leave())",
        "    await asyncio.shield(leaving)  # completely, even if the server cancels this",
    ]


def test_words_that_the_code_has_no_more_are_named() -> None:
    piece = Piece("room_connection:RoomConnection.run", "finally:", "await gone")
    with pytest.raises(BenchError, match=r"RoomConnection\.run has no line that begins with 'aw"):
        essential_lines(piece, "fastapi_chat")
