"""The decision page: each need and question, no figure by hand, and the same in both languages."""

import re
import shutil
from pathlib import Path

import pytest

from bench.declared.decision import Need, Question, load_needs, load_questions
from bench.declared.sentences import sentences
from bench.declared.texts import Text, joined, placeholders
from bench.errors import BenchError
from bench.experiments.registry import EXPERIMENTS
from bench.report.claims.results import Results
from bench.report.decision import render_decision
from bench.report.decision.figures import FIGURES
from bench.report.decision.page import COMPARISONS, PAGES
from tests.bench import test_scale
from tests.report import synthetic, synthetic_speed

ROOT = Path(__file__).resolve().parents[2]
NEEDS = ("latency", "members", "photos", "code", "accounts", "machines", "django", "nothing")
DECLARED: tuple[Need | Question, ...] = (*load_needs(), *load_questions())
NAMES = {"claims.intro", "decision.questions"}
"""Sentences with the year of the article, and with the number of the questions."""
ONE = re.compile(r"[12] ?(?:コア|件|人|つ|回|行|語|台|接続|本|プロセス|時間|MiB)")
"""'One', which Japanese writes as a digit before what it counts."""


def _figures_by_hand(text: str) -> list[str]:
    """Digits outside of code and of places for figures."""
    plain = re.sub(r"`[^`]*`|\{[^}]*\}|\([^)]*\.md[^)]*\)", "", text)
    return re.findall(r"\d+", ONE.sub("", plain))


def _texts(declared: Need | Question) -> list[Text]:
    if isinstance(declared, Need):
        optional = [declared.depends] if declared.depends else []
        return [declared.need, *declared.choose.values(), declared.why, declared.later, *optional]
    optional = [declared.not_measured] if declared.not_measured else []
    return [declared.question, declared.answer, *optional]


def test_each_need_and_each_question_is_declared() -> None:
    assert tuple(each.id for each in load_needs()) == NEEDS
    assert set(NEEDS) == COMPARISONS.keys()
    assert [each.number for each in load_questions()] == list(range(1, 13))
    assert all(each.threads and each.pages for each in load_questions())


def test_every_figure_is_computed() -> None:
    used = set()
    for each in DECLARED:
        used |= each.figures
        for text in _texts(each):
            assert not _figures_by_hand(text.en), text.en
            assert not _figures_by_hand(text.ja), text.ja
    assert used <= FIGURES.keys()
    assert all(placeholders(need.why.en) for need in load_needs())


def test_memory_that_goes_on_growing_is_not_called_bounded(tmp_path: Path) -> None:
    """Daphne as it is released kept the images, in the first of the committed runs."""
    runs = sorted((ROOT / "bench" / "results").glob("*/*-images"), key=lambda run: run.name)
    texts = []
    for run in (runs[0], runs[-1]):
        shutil.copytree(run, tmp_path / run.relative_to(ROOT))
        texts.append(FIGURES["images_grown_mib"](Results(tmp_path)))
    assert texts[0] is None
    assert texts[1] is not None


def test_commands_name_experiments() -> None:
    for each in DECLARED:
        named = re.findall(r"--experiment (\w+)", each.command)
        assert set(named) <= EXPERIMENTS.keys()


def test_without_results_nothing_is_recommended_for_speed(tmp_path: Path) -> None:
    page = render_decision(tmp_path)[PAGES["en"]]
    assert "Not measured yet: `chatbench run --experiment loss --experiment images`." in page
    assert "FastAPI on uvicorn" not in page
    assert "[The least code](#the-least-code) | Not measured" not in page


def test_the_comparison_chooses(tmp_path: Path) -> None:
    synthetic_speed.write(tmp_path)
    arms = ["channels-uvicorn-redis", "fastapi-uvicorn-redis", "fastapi-uvicorn-memory"]
    slots = [slot for arm in arms for slot in test_scale.made_up(arm, alone=arm.endswith("memory"))]
    synthetic.write_run(tmp_path, "scale", arms, slots)
    page = render_decision(tmp_path)[PAGES["en"]]
    # Both cost the same in the made-up slots, and both have made-up latencies of one kind.
    assert "[Several processes or machines](#several-processes-or-machines) | Either, with" in page
    assert "[A Django site is already there](#a-django-site-is-already-there) | Not" in page


def test_both_languages_have_the_same_figures() -> None:
    pages = render_decision(ROOT)
    english, japanese = (pages[PAGES[language]] for language in ("en", "ja"))
    assert english.count("\n## ") == japanese.count("\n## ") == len(NEEDS) + 1
    assert english.count("\n### ") == japanese.count("\n### ") == 12
    assert "Not measured yet" not in english
    figure = re.compile(r"\d[\d.\N{NARROW NO-BREAK SPACE}]*\d \([\d.]+–[\d.]+|n#\d+|s#\d+")
    assert sorted(figure.findall(english)) == sorted(figure.findall(japanese))


def test_a_translation_without_a_figure_is_refused() -> None:
    with pytest.raises(BenchError, match=re.escape("'A {b}'")):
        Text("A {b}", "あ")


def test_figures_are_put_into_both_languages() -> None:
    text = Text("{a} [x]({up}y.md).", "{a}、[x]({up}y.md)。")
    many = Text("one", "一つ")
    assert text.filled(a=many) == Text("one [x](y.md).", "一つ、[x](../y.md)。")
    assert joined([many, many]) == Text("one one", "一つ一つ")


def test_every_sentence_has_japanese_and_no_figure_by_hand() -> None:
    for page in (ROOT / "bench" / "declared" / "sentences").glob("*.toml"):
        for key, text in sentences(page.stem).items():
            if f"{page.stem}.{key}" not in NAMES:
                assert not _figures_by_hand(text.en), text.en
                assert not _figures_by_hand(text.ja), text.ja
            assert text.en, f"{page.name}: {key}"
            same = text.en == text.ja and re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", text.en))
            assert not same, f"{page.name}: {key} has no Japanese"
