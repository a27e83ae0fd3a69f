"""The tabs "Deliveries" and "Live" in Locust's web UI: the ledger, and the processes' use."""

import json
from collections.abc import Callable
from typing import Any, Final

from bench.envelope.locust import Point
from bench.load.live import Report

DELIVERIES: Final = "deliveries"
LIVE: Final = "live"
COUNTS: Final = {
    "sent": "Sent",
    "expected": "Expected",
    "delivered": "Delivered",
    "lost": "Lost",
    "late": "Late",
    "owed": "Owed",
    "duplicates": "Duplicates",
    "reordered": "Reordered",
    "unexpected": "Unexpected",
}
"""The counts of the ledger, with their titles."""
_PERCENTILES: Final = {"p50": 50.0, "p95": 95.0, "p99": 99.0, "p999": 99.9}
_LATENCIES: Final = {
    "p50": "p50 (ms)",
    "p95": "p95 (ms)",
    "p99": "p99 (ms)",
    "p999": "p99.9 (ms)",
    "max": "Max (ms)",
    "lateness": "Sent late, p99 (ms)",
}
_SHOWN: Final = "shown_"
"""The prefix of a column with the words for a number."""
_DELIVERIES_TABLE: Final = {
    "arm": "Chat",
    "generator": "Generator",
    **{_SHOWN + name: title for name, title in (COUNTS | _LATENCIES).items()},
    "busy": "Generator, of one core",
    "note": "Note",
}
_PROCESSES_TABLE: Final = {
    "role": "Process",
    "cpu": "CPU, of one core",
    "memory": "Memory (MiB)",
    "per_delivery": "CPU for a delivery (µs)",
}


def row(generator: str, arm: str, report: Report, *notes: str | None) -> dict[str, Any]:
    """One row of the ledger: counts, latencies in µs, and the words for both."""
    tally = report.tally
    counts = {name: getattr(tally, name) for name in COUNTS}
    latencies = {
        **{name: report.latency.percentile(percent) for name, percent in _PERCENTILES.items()},
        "max": report.latency.max_us,
        "lateness": report.lateness.percentile(99),
    }
    causes = ", ".join(f"{number:,} {cause}" for cause, number in tally.lost_by_cause.items())
    return {
        "arm": arm,
        "generator": generator,
        "safe_name": f"{generator} {arm}",
        **counts,
        **{_SHOWN + name: f"{number:,}" for name, number in counts.items()},
        **latencies,
        **{_SHOWN + name: in_ms(us) for name, us in latencies.items()},
        "busy": f"{report.busy:.0%}",
        "note": "; ".join(filter(None, (*notes, causes, report.refusal()))),
    }


def in_ms(us: float) -> str:
    """A time in ms with three figures, and with thousands separators."""
    ms = us / 1000
    places = 0 if ms >= 100 else 1 if ms >= 10 else 2
    return f"{ms:,.{places}f}"


def process_rows(point: Point | None, arm: str = "") -> list[dict[str, Any]]:
    """The use of CPU and memory in the newest interval; none without processes of this machine.

    `arm` names the chat where there are two.
    """
    if point is None:
        return []
    rows = []
    for role, share in point.cpu.items():
        each = f"{share / point.delivered * 1e6:,.1f}" if point.delivered else ""
        memory = f"{point.memory.get(role, 0) / 2**20:,.0f}"
        rows.append(
            {
                "role": f"{arm} {role}".strip(),
                "safe_name": f"{arm} {role}".strip(),
                "cpu": f"{share:.0%}",
                "memory": memory,
                "per_delivery": each,
            }
        )
    return rows


def add_tabs(web_ui: Any, tables: Callable[[], dict[str, list[dict[str, Any]]]]) -> None:
    """Show the tables in tabs of their own, which update together with Locust's tables."""
    web_ui.template_args["extended_tabs"] = [
        {"title": "Deliveries", "key": DELIVERIES},
        {"title": "Live", "key": LIVE},
    ]
    web_ui.template_args["extended_tables"] = [
        {"key": DELIVERIES, "structure": _structure(_DELIVERIES_TABLE)},
        {"key": LIVE, "structure": _structure(_PROCESSES_TABLE)},
    ]

    def add_rows(response: Any) -> Any:
        from flask import request

        if request.path.endswith("/stats/requests") and response.is_json:
            stats = [{"key": key, "data": rows} for key, rows in tables().items()]
            response.set_data(json.dumps({**response.json, "extended_stats": stats}))
        return response

    web_ui.app.after_request(add_rows)


def _structure(columns: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "title": title} for key, title in columns.items()]
