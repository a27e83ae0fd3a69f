"""Deliveries as OpenTelemetry metrics, beside the requests that Locust exports with `--otel`.

Locust's histogram takes one call for each request. Deliveries are counted in bulk, so that the
ledger and its percentiles are read whenever the metrics are exported.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from bench.load.live import Report
from bench.load.suite.tab import COUNTS

_QUANTILES: Final = (0.5, 0.99, 0.999)
_US: Final = 1e6


def add_metrics(environment: Any, reports: Callable[[], dict[str, Report]]) -> None:
    """Export the counts of `reports()`, which are by the name of the chat, if `--otel` is set.

    Raises SystemExit with a sentence if the packages are missing.
    """
    if not environment.parsed_options.otel:
        return
    try:
        import opentelemetry.sdk  # noqa: F401
        from opentelemetry import metrics
    except ImportError:
        raise SystemExit(
            "--otel needs the packages of OpenTelemetry: install the project with [otel]."
        ) from None

    def counts(_: Any) -> Iterator[metrics.Observation]:
        for chat, report in reports().items():
            for name in COUNTS:
                labels = {"chat": chat, "count": name}
                yield metrics.Observation(getattr(report.tally, name), labels)

    def durations(_: Any) -> Iterator[metrics.Observation]:
        for chat, report in reports().items():
            for quantile in _QUANTILES if report.latency.count else ():
                seconds = report.latency.percentile(100 * quantile) / _US
                yield metrics.Observation(seconds, {"chat": chat, "quantile": str(quantile)})

    meter = metrics.get_meter("chat-bench")
    meter.create_observable_up_down_counter(
        "chat.deliveries",
        callbacks=[counts],
        unit="{delivery}",
        description="The ledger since the start of the test",
    )
    meter.create_observable_gauge(
        "chat.delivery.duration",
        callbacks=[durations],
        unit="s",
        description="From the due time to the delivery, since the start of the test",
    )
