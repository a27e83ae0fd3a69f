"""The tab "Deliveries" in Locust's web UI: ledger, latencies in µs, state of the generator."""

import json
from collections.abc import Callable
from typing import Any

from bench.load.live import Report

KEY = "deliveries"
_COLUMNS = {
    "who": "Generator",
    "sent": "Sent",
    "delivered": "Delivered",
    "lost": "Lost",
    "late": "Late",
    "owed": "Owed",
    "duplicates": "Duplicates",
    "reordered": "Reordered",
    "unexpected": "Unexpected",
    "p50": "p50 µs",
    "p99": "p99 µs",
    "max": "Max µs",
    "lateness": "Sends late, p99 µs",
    "busy": "Of one core",
    "note": "Note",
}


def row(who: str, report: Report, failure: str | None = None) -> dict[str, Any]:
    """One row of the table; `failure` is the reason why its counts are void."""
    tally = report.tally
    causes = ", ".join(f"{number} {cause}" for cause, number in tally.lost_by_cause.items())
    refused = report.refusal()
    return {
        "who": who,
        "safe_name": who,
        **{name: value for name, value in tally.as_dict().items() if name in _COLUMNS},
        "p50": report.latency.percentile(50),
        "p99": report.latency.percentile(99),
        "max": report.latency.max_us,
        "lateness": report.lateness.percentile(99),
        "busy": f"{report.busy:.0%}",
        "note": "; ".join(filter(None, (failure, causes, refused))),
    }


def add_tab(web_ui: Any, rows: Callable[[], list[dict[str, Any]]]) -> None:
    """Show `rows()` in a separate tab, which updates together with Locust's tables."""
    web_ui.template_args["extended_tabs"] = [{"title": "Deliveries", "key": KEY}]
    structure = [{"key": key, "title": title} for key, title in _COLUMNS.items()]
    web_ui.template_args["extended_tables"] = [{"key": KEY, "structure": structure}]

    def add_rows(response: Any) -> Any:
        from flask import request

        if request.path.endswith("/stats/requests") and response.is_json:
            stats = [{"key": KEY, "data": rows()}]
            response.set_data(json.dumps({**response.json, "extended_stats": stats}))
        return response

    web_ui.app.after_request(add_rows)
