"""docs/clarity.md: what the code of both chats asks of its reader."""

from bench.report.clarity.page import render_clarity

__all__ = ["render_clarity"]
