"""`docs/reliability.md`: are messages lost, what does a commit cost, is memory bounded."""

from bench.report.reliability.page import render_reliability

__all__ = ["render_reliability"]
