"""The page that answers the article, claim by claim."""

from bench.report.claims.page import render_claims

__all__ = ["render_claims"]
