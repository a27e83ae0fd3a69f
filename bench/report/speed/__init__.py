"""The page on speed: what a delivery costs at equal utilisation, and how long it takes."""

from bench.report.speed.page import render_speed

__all__ = ["render_speed"]
