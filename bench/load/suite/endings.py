"""What a run leaves behind: its ledger in each of Locust's formats, and its exit code."""

import logging
from pathlib import Path
from typing import Any, Final, Protocol

import gevent
from locust import stats

from bench.load.live import Report
from bench.load.suite import summary, thresholds

_MARGIN_S: Final = 0.2

logger = logging.getLogger("bench.locust")


class Run(Protocol):
    """The attributes of a suite that this module needs."""

    def reports(self) -> dict[str, Report]:
        """The counts by the name of the chat: of the one chat, or of two that took turns."""

    def ratios(self) -> list[str]:
        """A line for each metric of two chats that took turns."""

    def rows(self) -> list[dict[str, Any]]:
        """The ledger."""


def add_endings(environment: Any, run: Run) -> None:
    """Judge the ledger when Locust ends, and write it beside each file that Locust writes.

    Must be called before a listener of `quitting` is added that completes the ledger: Locust calls
    these in reverse.

    `--csv PREFIX` gets PREFIX_deliveries.csv, `--json-file FILE` a file FILE_deliveries.json, and
    `--html FILE` the table in that file. The web UI's report has the table, too.
    """
    options = environment.parsed_options

    def judge(**_: Any) -> None:
        reports = run.reports()
        for chat, report in reports.items():
            for sentence in thresholds.exceeded(report, options.max_p99, options.max_loss):
                logger.error(f"{chat}: {sentence}" if len(reports) > 1 else sentence)
                code = environment.process_exit_code or thresholds.EXIT_CODE
                environment.process_exit_code = code
        if options.csv_prefix:
            # Locust writes its CSV once in an interval, and not at the end.
            gevent.sleep(stats.CSV_STATS_INTERVAL_SEC + _MARGIN_S)

    def leave(**_: Any) -> None:
        try:
            _write(options, run.rows(), run.ratios())
        except OSError as error:
            logger.error("The deliveries cannot be written: %s.", error.strerror or error)

    environment.events.quitting.add_listener(judge)
    environment.events.quit.add_listener(leave)
    if environment.web_ui is not None:
        _add_to_report(environment.web_ui, run)


def _write(options: Any, rows: list[dict[str, Any]], ratios: list[str]) -> None:
    if any(row["sent"] or row["delivered"] for row in rows):
        print(summary.on_terminal(rows), *ratios, sep="\n", flush=True)
    if options.csv_prefix:
        summary.write_csv(Path(f"{options.csv_prefix}_deliveries.csv"), rows)
    if options.json_file:
        stem = options.json_file.removesuffix(".json")
        summary.write_json(Path(f"{stem}_deliveries.json"), rows)
    if options.html_file and (report := Path(options.html_file)).exists():
        page = summary.in_report(report.read_text("utf-8"), rows, ratios)
        report.write_text(page, "utf-8")


def _add_to_report(web_ui: Any, run: Run) -> None:
    def add(response: Any) -> Any:
        from flask import request

        if request.path.endswith("/stats/report") and response.status_code == 200:
            response.direct_passthrough = False
            page = response.get_data(as_text=True)
            response.set_data(summary.in_report(page, run.rows(), run.ratios()))
        return response

    web_ui.app.after_request(add)
