"""`docs/arms/`: one page for each arm, and an index."""

from bench.report.arms.links import FOLDER, page_link
from bench.report.arms.page import render_arms

__all__ = ["FOLDER", "page_link", "render_arms"]
