"""Charts of lines: the same figures give the same bytes, and an arm looks the same in each."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from bench.envelope.run import ArmInfo
from bench.report.charts import LOOKS
from bench.report.line_chart import Line, LineChart, _draw_lines, describe_lines, draw_lines
from bench.report.looks import style_of

ROOT = Path(__file__).resolve().parents[2]
ARM = ArmInfo("plain", "fastapi", "uvicorn", "memory", 1, "off", "standard", "chat")
TUNED = replace(ARM, id="tuned", variant="tuned")
DAPHNE = replace(ARM, id="daphne", server="daphne")
POINTS = ((1.0, 10.0, 9.0, 11.0), (1000.0, 5.0, 4.0, 6.0))


def _chart(*arms: ArmInfo) -> LineChart:
    lines = tuple(Line(arm.id, style_of(arm), POINTS) for arm in arms)
    return LineChart("made-up", "A title", "members", "µs", lines)


def _lines(*arms: ArmInfo) -> list[str]:
    """The styles of the lines that have an arm's colour and no interval's width."""
    colour = LOOKS["light"].families["FastAPI"]
    styles = re.findall(r'style="([^"]*)"', draw_lines(_chart(*arms), "light"))
    return [each for each in styles if f"stroke: {colour}" in each and "width: 1.6" in each]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_same_figures_give_the_same_bytes(theme: str) -> None:
    drawn = draw_lines(_chart(ARM, TUNED), theme)
    _draw_lines.cache_clear()
    assert draw_lines(_chart(ARM, TUNED), theme) == drawn
    assert "A title" in drawn


def test_a_variant_has_its_dashes_whatever_stands_before_it() -> None:
    assert _lines(TUNED) == _lines(DAPHNE, TUNED)[1::2]
    assert all("dasharray" in each for each in _lines(TUNED))
    assert not any("dasharray" in each for each in _lines(ARM, DAPHNE))


def test_arms_of_one_framework_differ_in_more_than_their_colour() -> None:
    pubsub = replace(ARM, fanout="pubsub")
    assert len({style_of(each) for each in (ARM, TUNED, DAPHNE, pubsub)}) == 4
    assert {style_of(each).family for each in (ARM, TUNED, DAPHNE, pubsub)} == {"FastAPI"}


@pytest.mark.parametrize("family", ["Channels", "FastAPI"])
def test_the_explorer_has_the_colours_of_the_charts(family: str) -> None:
    light, dark = (LOOKS[theme].families[family] for theme in ("light", "dark"))
    css = (ROOT / "docs" / "explorer" / "explorer.css").read_text("utf-8")
    said = f".look[data-framework={family}] {{ border-color: light-dark({light}, {dark}); }}"
    assert said in css


def test_the_figures_are_told_in_words() -> None:
    assert describe_lines(_chart(ARM)) == "A title; µs by members. plain 1: 10, 1k: 5."
