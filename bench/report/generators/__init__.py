"""`docs/generators.md`: whether other load generators see the same."""

from bench.report.generators.page import render_generators

__all__ = ["render_generators"]
