"""The largest p99 and the largest loss with which a run succeeds: for a build that tests a chat."""

from argparse import ArgumentTypeError
from typing import Any, Final

from bench.load.live import Report

EXIT_CODE: Final = 3
"""Locust's exit code for a run above a threshold; 1 is for failures, 2 for its own errors."""
_US: Final = 1000


def add_arguments(parser: Any) -> None:
    """Add `--max-p99` and `--max-loss`."""
    parser.add_argument(
        "--max-p99",
        type=_positive_ms,
        metavar="MS",
        include_in_web_ui=False,
        help="Exit with 3 if the p99 of the deliveries is above this many ms",
    )
    parser.add_argument(
        "--max-loss",
        type=_percent,
        metavar="PERCENT",
        include_in_web_ui=False,
        help="Exit with 3 if more than this share of the expected deliveries is lost; 0: none",
    )


def exceeded(report: Report, max_p99_ms: float | None, max_loss_percent: float | None) -> list[str]:
    """A sentence for each threshold that a run is above. A run without a delivery is above all."""
    found = []
    tally = report.tally
    p99_ms = report.latency.percentile(99) / _US
    if max_p99_ms is not None and (not report.latency.count or p99_ms > max_p99_ms):
        value = f"{p99_ms:,.1f} ms" if report.latency.count else "not known: nothing was delivered"
        found.append(f"The p99 is {value}; --max-p99 allows {max_p99_ms:g} ms.")
    if max_loss_percent is not None:
        lost = 100 * tally.lost / tally.expected if tally.expected else 100.0
        if lost > max_loss_percent:
            found.append(
                f"{tally.lost:,} of {tally.expected:,} deliveries are lost ({lost:.3g} %); "
                f"--max-loss allows {max_loss_percent:g} %."
            )
    return found


def _positive_ms(text: str) -> float:
    return _number(text, 0.001, 3_600_000, "--max-p99 takes ms, from 0.001 to 3600000")


def _percent(text: str) -> float:
    return _number(text, 0, 100, "--max-loss takes a percentage from 0 to 100")


def _number(text: str, lowest: float, highest: float, words: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise ArgumentTypeError(f"{words}, not {text!r}.")
    return value
