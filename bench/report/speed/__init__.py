"""The section of the experiment `speed`: the comparison and its charts."""

from bench.report.speed.page import figures_of, render_speed

__all__ = ["figures_of", "render_speed"]
