"""The page on reliability: its answers, their raw files, and what it leaves out."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.image_memory import growths
from bench.analysis.writes import compare
from bench.declared.differences import Difference
from bench.envelope.images import ImagesEntry
from bench.envelope.run import ResultsError, newest
from bench.envelope.survival import SurvivalEntry
from bench.envelope.writes import WritesEntry
from bench.report import check_report, write_report
from bench.report.reliability import answers, render_reliability
from tests.report import synthetic_alone as made

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("docs") / "reliability.md"
MADE: tuple[Callable[[], dict[str, Any]], ...] = (
    made.survival,
    made.soak,
    made.writes,
    made.images,
)


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The page with all four experiments."""
    for each in MADE:
        made.write(tmp_path, each())
    return render_reliability(tmp_path)[PAGE]


def test_a_missing_experiment_is_named_by_its_command(tmp_path: Path) -> None:
    pages = render_reliability(tmp_path)
    for name in ("survival", "soak", "writes", "images"):
        assert f"\nNot measured yet: `chatbench run --experiment {name}`.\n" in pages[PAGE]
    assert list(pages) == [PAGE]


def test_acknowledged_messages_survive(page: str) -> None:
    assert (
        "**No.** 1 backend went through 3 faults and 40 cut connections, and acknowledged "
        "1\N{NARROW NO-BREAK SPACE}000 messages;"
    ) in page
    assert "| worker killed | 2 | 1.00 | 2.00 | 3.00 | 0 |" in page
    assert "| Redis restarted | 1 | 0.25 | — | — | 1 |" in page
    assert "3\N{NARROW NO-BREAK SPACE}000 | 50 | 10 | 3 | 1 |" in page
    assert "What was wrong" not in page


@pytest.mark.parametrize(
    ("kinds", "answer", "figures"),
    [
        (("lost", "lost", "twice"), "**Yes.**", "Lost: 2, doubled: 1, invented: 0, altered: 0"),
        (("different",), "**Not lost, but", "Lost: 0, doubled: 0, invented: 0, altered: 1"),
    ],
)
def test_violations_are_on_the_page(
    kinds: tuple[str, ...], answer: str, figures: str, tmp_path: Path
) -> None:
    made.write(tmp_path, made.survival(*kinds))
    text = render_reliability(tmp_path)[PAGE]
    assert answer in text
    assert figures in text
    assert f"| `{made.SURVIVED}` | {kinds[0]} | room-0 | x |" in text


def test_a_run_without_acknowledgements_is_no_survival(tmp_path: Path) -> None:
    silent = made.survival()
    silent["arms"][0].update(acknowledged=0)
    made.write(tmp_path, silent)
    text = render_reliability(tmp_path)[PAGE]
    assert "**No.**" not in text
    assert f"Nothing was acknowledged by `{made.SURVIVED}`." in text


def test_nobody_went_deaf(page: str) -> None:
    space = "\N{NARROW NO-BREAK SPACE}"
    assert (
        f"**No member stopped hearing.** 12 members of 2 backends stayed; 2{space}400 messages "
        f"were said and received 14{space}400 times: 0 missing, 0 repeated; each member got the "
        "last message."
    ) in page
    assert "All backends run at once for 10 minutes" in page
    row = f"| `{made.SURVIVED}` | 6 | 1{space}200 | 0 | 7{space}200 | 0 | 0 | 0 | 0 |"
    assert row in page


def test_who_went_deaf_is_on_the_page(tmp_path: Path) -> None:
    made.write(tmp_path, made.soak("silent-0", "silent-1"))
    text = render_reliability(tmp_path)[PAGE]
    assert f"deaf: 2, put out: 0 (`{made.SURVIVED}`)." in text
    assert "| 2 | 0 |" in text


def test_groups_are_compared_with_single_commits_in_pairs(tmp_path: Path) -> None:
    made.write(tmp_path, made.writes())
    raw = newest(tmp_path, WritesEntry)
    assert raw is not None
    alone, ten, *_ = compare(raw.entries, raw.arms)
    assert (alone.appenders, alone.rate.shown, ten.appenders, ten.rate.shown) == (
        1,
        False,
        10,
        True,
    )
    assert ten.rate.single.value == pytest.approx(200)
    assert ten.rate.grouped.value == pytest.approx(1600)
    assert ten.rate.ratio.value == pytest.approx(8)
    assert ten.cpu.ratio.value == pytest.approx(1 / 8)


def test_no_shown_difference_is_stated(page: str) -> None:
    assert "- **1 at once:** no difference shown: " in page
    assert (
        "- **10 at once:** grouped commits carry from 8.00 times [8.00, 8.00] (Channels, SQLite) "
        "to 8.00 times [8.00, 8.00] (FastAPI, PostgreSQL) as many messages a second."
    ) in page
    assert "took 0.250 ms here (median)" in page


def test_memory_is_bounded_where_further_images_cost_nothing(tmp_path: Path) -> None:
    made.write(tmp_path, made.images())
    raw = newest(tmp_path, ImagesEntry)
    assert raw is not None
    daphne, uvicorn = growths(raw.entries, raw.arms)
    assert (daphne.bounded, uvicorn.bounded) == (False, True)
    assert daphne.kept == pytest.approx(6)
    assert uvicorn.kept == pytest.approx(0)


def test_a_blocked_sender_shows_no_bound(tmp_path: Path) -> None:
    stuck = made.images()
    for run in stuck["arms"][1]["runs"]:
        run["delivered_to_sender"] = 3
    made.write(tmp_path, stuck)
    assert "**On uvicorn, no:**" in render_reliability(tmp_path)[PAGE]


def test_unbounded_memory_is_stated(page: str) -> None:
    daphne = next(line for line in page.splitlines() if line.startswith("- **On Daphne, no:**"))
    assert "grown by 606 MiB in 1 arm, and of each further MiB sent 6.00 MiB were kept." in daphne
    assert daphne.endswith("The list of differences names no cause for `channels-daphne-memory`.")
    assert "- **On uvicorn, yes:** after 96 images memory had grown by 30.0 MiB in 1 arm" in page


def test_the_declared_cause_of_unbounded_memory_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = answers.MEMORY_TEST
    declared = Difference("", "", ("*-daphne-*",), (test,), "It has no limit", "")
    monkeypatch.setattr(answers, "load_differences", lambda: [declared])
    made.write(tmp_path, made.images())
    page = render_reliability(tmp_path)[PAGE]
    assert "It has no limit ([daphne#170](https://github.com/django/daphne/issues/170))." in page
    assert "names no cause" not in page


def test_each_arm_has_a_command(page: str) -> None:
    command = f"chatbench run --experiment survival --arm {made.SURVIVED}"
    assert page.count(f"\n{command}\n") == 2
    assert f"\nchatbench run --experiment writes --seed 7 --arm {made.WRITTEN[0]}\n" in page


def test_the_newest_of_each_experiment_is_reported(tmp_path: Path) -> None:
    made.write(tmp_path, made.survival("lost"))
    made.write(tmp_path, made.survival(), "2026-01-03T000000Z")
    assert "2026-01-03T000000Z-survival" in render_reliability(tmp_path)[PAGE]
    assert "**No.**" in render_reliability(tmp_path)[PAGE]


def test_the_page_is_part_of_the_report(project: Path) -> None:
    for each in MADE:
        made.write(project, each())
    write_report(project)
    assert check_report(project) == []
    text = (project / PAGE).read_text()
    local = [
        link
        for link in re.findall(r"\]\(([^)]+)\)", text) + re.findall(r'srcset="([^"]+)"', text)
        if not link.startswith("http")
    ]
    assert len(local) >= 9
    for link in local:
        path = Path("docs") / link.partition("#")[0]
        assert (project / path).exists() or (ROOT / path).exists(), link
    (project / PAGE).write_text(f"{text}more\n")
    assert check_report(project) == ["docs/reliability.md is stale"]


def test_a_run_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    observed = made.write(tmp_path, made.survival() | {"format": 9})
    file = observed.with_name("run.json")
    with pytest.raises(ResultsError, match=f"{re.escape(str(file))} has format 9"):
        newest(tmp_path, SurvivalEntry)


def test_an_observation_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = made.survival()
    del broken["arms"][0]["sent"]
    observed = made.write(tmp_path, broken)
    with pytest.raises(ResultsError, match=f"{re.escape(str(observed))}, line 1, is unreadable"):
        newest(tmp_path, SurvivalEntry)
