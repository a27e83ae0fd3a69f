"""The page of the experiment `loss`."""

from bench.report.loss.page import render_loss

__all__ = ["render_loss"]
