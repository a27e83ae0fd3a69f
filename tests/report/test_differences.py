"""The page of differences: every declared difference, with links to the tests that show it."""

import re
from pathlib import Path

from bench.declared.arms import load_arms
from bench.declared.differences import load_differences
from bench.report import write_report
from bench.report.differences import render_differences

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("docs") / "differences.md"


def test_every_difference_is_on_the_page() -> None:
    text = render_differences()
    assert load_differences()
    for difference in load_differences():
        for words in (difference.what[1:], difference.reason, difference.seen, *difference.arms):
            assert words in text
        for test in difference.tests:
            function = test.partition("::")[2].partition("[")[0]
            assert f"`{function}`" in text


def test_every_link_of_the_page_leads_to_a_test() -> None:
    links = re.findall(r"\[`(\w+)`\]\(\.\./([^)]+)\)", render_differences())
    assert links
    for function, path in links:
        assert f"def {function}(" in (ROOT / path).read_text("utf-8")


def test_a_topic_has_one_section() -> None:
    headings = re.findall(r"^##+ (.+)$", render_differences(), re.MULTILINE)
    assert len(set(headings)) == len(headings)


def test_arms_without_a_difference_are_named() -> None:
    head = render_differences().partition("\n## ")[0]
    named = [
        arm.id
        for arm in load_arms().values()
        if arm.kind == "chat"
        and not any(each.is_about(arm.id) for each in load_differences() if each.in_contract)
    ]
    assert re.findall(r"`([a-z][a-z0-9-]+)`", head.split("\n", 1)[1]) == named


def test_the_page_is_written_with_the_other_pages(project: Path) -> None:
    assert project / PAGE in write_report(project)
    assert (project / PAGE).read_text("utf-8") == render_differences()
