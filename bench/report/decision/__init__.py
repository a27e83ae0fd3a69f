"""The page that helps to decide: docs/README.md, and docs/ja/README.md."""

from bench.report.decision.page import render_decision

__all__ = ["render_decision"]
