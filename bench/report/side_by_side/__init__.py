"""docs/side-by-side/: a page for each feature, and an index with the counts."""

from bench.report.side_by_side.page import render_side_by_side

__all__ = ["render_side_by_side"]
