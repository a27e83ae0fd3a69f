"""Charts of lines: the same figures give the same bytes, and no label stands over another."""

import re
from itertools import pairwise

import pytest

from bench.report.line_chart import Line, LineChart, describe_lines, draw_lines


def _chart(*ends: float) -> LineChart:
    lines = tuple(
        Line(f"arm {number}", "FastAPI", ((1, 10.0, 9.0, 11.0), (1000, end, end, end)))
        for number, end in enumerate(ends)
    )
    return LineChart("made-up", "A title", "members", "µs", lines)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_same_figures_give_the_same_bytes(theme: str) -> None:
    drawn = draw_lines(_chart(5.0, 6.0), theme)
    draw_lines.cache_clear()
    assert draw_lines(_chart(5.0, 6.0), theme) == drawn
    assert "A title" in drawn


def test_labels_of_lines_that_end_together_stand_apart() -> None:
    drawn = draw_lines(_chart(5.0, 5.0, 5.01, 80.0), "light")
    heights = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*>arm \d', drawn)]
    assert len(heights) == 4, "one is outside of the picture"
    ordered = sorted(heights)
    assert min(b - a for a, b in pairwise(ordered)) > 12


def test_the_figures_are_told_in_words() -> None:
    assert describe_lines(_chart(5.0)) == "A title; µs by members. arm 0 1: 10, 1k: 5."
