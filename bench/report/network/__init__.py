"""`docs/network.md`: what comes through bad networks."""

from bench.report.network.page import render_network

__all__ = ["render_network"]
