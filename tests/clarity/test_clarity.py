"""What the code asks of its reader: the counts, the judgements and the page."""

import ast
import json
import re
from itertools import chain
from pathlib import Path

import pytest

from bench.analysis.clarity.classes import class_named, library_bases
from bench.analysis.clarity.figures import figures, library_names, measured
from bench.analysis.clarity.metrics import cognitive, cyclomatic, logical_lines
from bench.analysis.clarity.parameters import endpoint_parameters
from bench.analysis.clarity.totals import ALL, both
from bench.declared.clarity import load_clarity, marked
from bench.declared.features import CHATS, ROOT, CodeObject, load_features
from bench.envelope.clarity import ClarityEntry
from bench.envelope.run import newest
from bench.errors import BenchError
from bench.experiments import clarity as experiment
from bench.experiments import runner, suites
from bench.experiments.runner import Asked
from bench.report.clarity import render_clarity

SHORT = {"django_chat": "Channels", "fastapi_chat": "FastAPI"}
PAGE = Path("docs") / "clarity.md"
OBJECTS = list(chain(*(o for each in load_features() for o in each.objects.values())))
SOURCE = '''
class Greeter:
    """Greets."""

    def greet(self, names):  # a comment
        """Greet all."""
        for name in names:
            if name:
                print(
                    "Hello",
                    name,
                )
'''


def test_comments_docstrings_and_broken_lines_count_nothing() -> None:
    assert logical_lines(SOURCE) == 5


def test_a_break_inside_another_counts_more() -> None:
    assert cyclomatic(SOURCE) == (3,)
    assert cognitive(SOURCE) == (1 + 2,)


@pytest.mark.parametrize(
    ("chat", "name", "found"),
    [
        # An override, an attribute that only the base class can have, a chain and a call.
        ("django_chat", "consumers:ChatConsumer.join_room", {"channel_layer", "group_add"}),
        ("django_chat", "consumers:ChatConsumer.receive", {"receive"}),
        # An attribute that keeps a parameter, by the parameter's annotation.
        ("fastapi_chat", "room_connection:RoomConnection.sending", {"send_text", "send_bytes"}),
        # A class of the project behind a module's name, with a manager of its base class.
        ("django_chat", "history:held_bytes", {"objects", "aggregate", "Sum"}),
        # Attributes that the project defines are no names of a library.
        ("fastapi_chat", "history:newest", {"AsyncSession", "scalar", "select"}),
    ],
)
def test_names_to_know(chat: str, name: str, found: set[str]) -> None:
    names = library_names([CodeObject(chat, *name.split(":"))])
    assert names - {"channel_name"} >= found
    assert not names & {"websocket", "conversation", "newest", "filter_by_room"}


def test_all_marked_code_is_part_of_a_feature_and_marked_once() -> None:
    marks = [each for mark in load_clarity().marks for each in mark.code()]
    assert [each for each in marks if each not in OBJECTS] == []
    assert len(marks) == len(set(marks))
    assert marked("missing").isdisjoint(marked("against"))


def test_every_subclass_of_a_library_is_meant_or_marked() -> None:
    judged = marked("missing") | marked("against")
    meant = load_clarity().meant
    unjudged = [
        (each, base)
        for each in OBJECTS
        if re.fullmatch(r"\w+", each.name) and _is_class(each) and each not in judged
        for base in library_bases(class_named(ROOT / each.path, each.name))
        if base not in meant
    ]
    assert unjudged == [], "clarity.toml says of every subclass whether the library means it so"


def _is_class(each: CodeObject) -> bool:
    tree = ast.parse((ROOT / each.path).read_text("utf-8"))
    return any(isinstance(n, ast.ClassDef) and n.name == each.name for n in tree.body)


def test_a_mark_counts_its_lines_alone() -> None:
    objects = [
        CodeObject("django_chat", "lifespan", "lifespan"),
        CodeObject("django_chat", "chat", "Chat.start"),
    ]
    found, alone = measured("start", objects), measured("start", objects[:1])
    assert found.missing == alone.lines == alone.missing < found.lines


def test_the_endpoint_s_signature_is_followed_through_its_dependencies() -> None:
    found = endpoint_parameters()
    assert {"room_socket", "read_claims", "session_in"} <= set(found.functions)
    assert found.kinds["Cookie"] == 1  # two dependencies below the endpoint, behind two names
    assert found.by_name == 1


def test_all_features_together_count_a_file_once() -> None:
    channels, _ = both(ALL)
    assert channels.lines == sum(each.lines for each in figures("django_chat"))
    assert channels.files < sum(each.files for each in figures("django_chat"))


def test_a_run_keeps_the_figures_and_makes_both_small_suites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiment, "SUITE_RUNS", 1)
    path = runner.start(tmp_path, "clarity", Asked("quick", ("clarity",)), print)
    found = newest(tmp_path, ClarityEntry)
    assert found is not None
    assert {each.arm: tuple(each.features) for each in found.entries} == {
        "channels-uvicorn-memory": figures("django_chat"),
        "fastapi-uvicorn-memory": figures("fastapi_chat"),
    }
    (channels,), (fastapi,) = (each.suite for each in found.entries)
    assert channels.cases == fastapi.cases
    assert len(channels.cases) > 10
    assert channels.cpu_s > 0
    page = render_clarity(tmp_path)[PAGE]
    assert "| CPU of a run, s |" in page
    assert f"| Cases | {len(channels.cases)} | {len(fastapi.cases)} |" in page
    assert json.loads((path / "run.json").read_text("utf-8"))["experiments"] == ["clarity"]


def test_a_case_that_fails_ends_the_run_with_its_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken" / "tests").mkdir(parents=True)
    (tmp_path / "broken" / "tests" / "test_chat.py").write_text("def test_it(): assert 1 == 2")
    monkeypatch.setattr(suites, "ROOT", tmp_path)
    with pytest.raises(BenchError, match=r"^broken/tests failed:[^$]*assert 1 == 2"):
        suites.run_suite("broken")


def test_the_page_begins_with_its_answer_and_has_every_feature(tmp_path: Path) -> None:
    page = render_clarity(tmp_path)[PAGE]
    assert "The time of the suites is not measured yet." in page
    assert page.splitlines()[3].startswith("**The same chat takes ")
    for feature in load_features():
        assert f"| [{feature.name}](" in page
    for handler in load_clarity().handlers:
        for chat in CHATS:
            assert all(f"[`{each.name}`](../{each.path}" in page for each in handler.code(chat))
    for link in set(re.findall(r"\]\((\.\./[^)]+)\)", page)):
        assert (ROOT / "docs" / link).exists(), link


def test_the_lines_for_outages_are_told_apart_in_both_chats(tmp_path: Path) -> None:
    page = render_clarity(tmp_path)[PAGE]
    assert page.count("(for outages) |") == len([m for m in load_clarity().marks if m.outages])
    told = re.search(r"(\d+) and (\d+) of these lines keep a promise of this project", page)
    assert told is not None
    for chat, lines in zip(CHATS, map(int, told.groups()), strict=True):
        rows = [row for row in page.splitlines() if f"| {SHORT[chat]} |" in row]
        counted = [int(row.split("|")[3]) for row in rows if "(for outages)" in row]
        assert lines == sum(counted) > 0
