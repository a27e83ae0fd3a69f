"""The tab "Live": its modules, which a browser runs in Locust's page, and its data."""

import time
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from bench.errors import BenchError
from bench.load.live import Report
from bench.load.options import Options
from bench.load.suite.pair import Pair
from bench.load.suite.runs import Compared, Runs
from bench.load.suite.saving import save, shown
from bench.load.suite.stacks import running
from bench.load.suite.tab import COUNTS, LIVE, in_ms
from bench.load.suite.timeline import Timeline

FILES: Final = Path(__file__).with_name("web")
_TAG: Final = '<script type="module" src="./chat/live.js"></script>'
"""For Locust's own page, which may be under a path (`--web-base-path`)."""
DEFAULT_CLASSES: Final = ("Chatter",)
"""What the form of a new test has picked."""


NOTICE_S: Final = 20.0


class Notices:
    """The newest sentence that a person must read, for a while."""

    def __init__(self) -> None:
        self._sentence = ""
        self._until = 0.0

    def tell(self, sentence: str) -> None:
        """Show this sentence now."""
        self._sentence, self._until = sentence, time.monotonic() + NOTICE_S

    @property
    def newest(self) -> str | None:
        """The sentence, or None after a while."""
        return self._sentence if time.monotonic() < self._until else None


class Run(Protocol):
    """The attributes of a suite that this module needs."""

    timeline: Timeline
    report: Report
    options: Options | None
    failure: str | None
    notices: Notices
    runs: Runs
    pair: Pair | None

    @property
    def timelines(self) -> list[Timeline]:
        """The points of the chat, or of two chats."""

    def compared(self) -> list[Compared]:
        """What two chats that take turns tell apart until now."""


def add_page(web_ui: Any, run: Run) -> None:
    """Serve `/chat/timeline` and the page's modules, and have Locust's page load them."""
    from flask import request, send_from_directory

    asked = web_ui.environment.parsed_options
    base = (asked.web_base_path or "").rstrip("/")

    def chat_file(name: str) -> Any:
        return send_from_directory(FILES, name)

    def add_tag(response: Any) -> Any:
        if request.path == f"{base}/" and response.mimetype == "text/html":
            response.set_data(response.get_data(as_text=True).replace("</body>", f"{_TAG}</body>"))
        return response

    views = {
        "timeline": ("GET", lambda: _timeline_answer(run)),
        "compare": ("GET", lambda: _compare_answer(run)),
        "save": ("POST", lambda: _save_answer(run, asked.results)),
    }
    for name, (method, view) in views.items():
        allowed = web_ui.auth_required_if_enabled(view)
        rule = f"{base}/chat/{name}"
        web_ui.app.add_url_rule(rule, f"chat_{name}", allowed, methods=[method])
    web_ui.app.add_url_rule(f"{base}/chat/<path:name>", view_func=chat_file)
    web_ui.app.after_request(add_tag)


def _timeline_answer(run: Run) -> Any:
    from flask import request

    since = request.args.get("since", default=0, type=int)
    return _json(_timeline(run, request.args.get("state", default=""), since))


def _compare_answer(run: Run) -> Any:
    from flask import request

    first, second = (request.args.get(key, default=0, type=int) for key in ("first", "second"))
    found = run.runs.compare(first, second)
    return _text("These runs are not kept here.", 404) if found is None else _json(found)


def _save_answer(run: Run, results: Path | None) -> Any:
    from flask import request

    kept = run.runs.find(request.form.get("number", default=0, type=int))
    if kept is None:
        return _text("This run is not kept here.", 404)
    try:
        path = save(run.runs.results(kept), kept.began, results)
    except BenchError as error:
        return _text(str(error), 409)
    refused = f" Its figures are refused: {kept.result.refused}." if kept.result.refused else ""
    return _text(f"Saved in {shown(path)}. Run chatbench report to show it.{refused}", 200)


def _json(found: Any) -> Any:
    from flask import Response

    return Response(msgspec.json.encode(found), mimetype="application/json")


def _text(sentence: str, status: int) -> Any:
    from flask import Response

    return Response(f"{sentence}\n", status, mimetype="text/plain")


def _timeline(run: Run, known: str, since: int) -> dict[str, Any]:
    """The points that a page does not have. `known` says of which state its `since` points are."""
    timeline, options = run.timeline, run.options
    state = f"{timeline.run}.{timeline.merged}"
    refusal = run.report.refusal()
    refused = f"These figures are refused: {refusal}." if refusal else None
    first = since if known == state else 0
    return {
        "state": state,
        "first": first,
        "points": timeline.points[first:],
        "chat": (options.arm or options.url) if options else "",
        "pair": None if run.pair is None else _pair(run, run.pair, first),
        "notices": list(filter(None, (run.notices.newest, run.failure, refused))),
        "tab": LIVE,
        "arms": {arm: stack.url for arm, stack in running().items()},
        "picked": DEFAULT_CLASSES,
        "runs": [{"number": each.number, "name": each.name} for each in run.runs.kept],
    }


def _pair(run: Run, pair: Pair, first: int) -> dict[str, Any]:
    """What the page shows of two chats: the second one's points, both ledgers, the ratios."""
    reports = [side.report for side in pair.sides]
    counts = {name: [getattr(each.tally, name) for each in reports] for name in COUNTS}
    causes = [each.tally.lost_by_cause for each in reports]
    for cause in dict.fromkeys(cause for each in causes for cause in each):
        counts[f"lost: {cause}"] = [each[cause] for each in causes]
    ledger = [{"name": name, "values": [f"{it:,}" for it in its]} for name, its in counts.items()]
    for name, percent in (("p50", 50.0), ("p99", 99.0), ("p99.9", 99.9)):
        values = [in_ms(each.latency.percentile(percent)) for each in reports]
        ledger.append({"name": f"{name} (ms)", "values": values})
    return {
        "arms": [side.arm for side in pair.sides],
        "points": run.timelines[1].points[first:],
        "ledger": ledger,
        "compared": run.compared(),
    }
