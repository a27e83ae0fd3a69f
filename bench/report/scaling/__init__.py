"""The page on scaling: members, rooms and sizes."""

from bench.report.scaling.page import render_scaling

__all__ = ["render_scaling"]
