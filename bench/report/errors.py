"""The error class of the report."""

from bench.errors import BenchError


class ReportError(BenchError):
    """Results or pages cannot be read or written; the text is one sentence for the user."""
