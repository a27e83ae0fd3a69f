"""The section of the experiment `speed`: the comparison, its charts, and the README's summary."""

from bench.report.speed.page import figures_of, render_speed, summary

__all__ = ["figures_of", "render_speed", "summary"]
