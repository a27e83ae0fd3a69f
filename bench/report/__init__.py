"""Writes `docs/` and the README's summary from raw results, or checks whether they are stale."""

from bench.report.errors import ReportError
from bench.report.files import check_report, write_report
from bench.report.screen import print_verdicts

__all__ = ["ReportError", "check_report", "print_verdicts", "write_report"]
