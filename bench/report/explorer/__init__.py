"""The data of the explorer: every figure of the newest runs, with intervals."""

from bench.report.explorer.page import DATA, LIMIT, render_explorer

__all__ = ["DATA", "LIMIT", "render_explorer"]
