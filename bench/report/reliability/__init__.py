"""`docs/reliability.md`: lost messages, the cost of commits, and bounds of memory."""

from bench.report.reliability.page import render_reliability

__all__ = ["render_reliability"]
