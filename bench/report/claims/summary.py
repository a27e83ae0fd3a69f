"""The README's summary: the three answers, and one chart."""

from pathlib import Path
from typing import Any

from bench.analysis.claims import ClaimVerdict
from bench.analysis.estimate import Estimate
from bench.analysis.loss import totals
from bench.analysis.wording import count, factor, percent
from bench.report.charts import describe
from bench.report.claims.results import Results
from bench.report.links import link
from bench.report.markdown import picture
from bench.report.speed import drawings
from bench.report.templating import fill

_ALL = 0.9999


def summary(root: Path, run: Path | None = None) -> str:
    """The text between the README's markers. Raises BenchError."""
    results = Results(root, run)
    figures = results.speed
    answers = [each for each in (_speed(results), _loss(results), _scale(results)) if each]
    context: dict[str, Any] = {"run": None, "answers": answers, "chart": ""}
    if figures is not None:
        context |= {
            "run": figures.run,
            "machine": figures.run.info.machine,
            "raw": link(figures.run.path, root),
        }
        for chart in drawings.charts(figures)[:1]:  # a run of one arm has none
            context["chart"] = picture(chart.name, describe(chart), "docs/charts")
    return fill("summary.md.j2", context)


def _speed(results: Results) -> str | None:
    """What a delivery costs, over Redis."""
    if results.speed is None:
        return None
    verdicts = {each.claim: each for each in results.speed.verdicts}
    usual, tuned = verdicts.get("framework-redis"), verdicts.get("tuned-redis")
    if usual is None:
        return None
    text = (
        f"**Speed:** over Redis, a delivery to a member costs Channels {_span(usual)} times the "
        "CPU of FastAPI"
    )
    if tuned is not None:
        text += (
            f"; a Channels chat that asks its channel layer once a process, and not once a member, "
            f"costs {_span(tuned)} times"
        )
    return f"{text} ([the comparison](docs/comparison.md))."


def _loss(results: Results) -> str | None:
    """What loses messages."""
    if not results.loss:
        return None
    found = totals(results.loss)
    if found.unexplained:
        return (
            f"**Loss:** {count(found.unexplained)} of {count(found.expected)} deliveries were lost "
            "without a known cause ([what is lost](docs/loss.md))."
        )
    return (
        f"**Loss:** a full TCP buffer loses nothing, it makes the sender wait; a channel layer "
        f"with its default capacity dropped {count(found.counted)} of {count(found.expected)} "
        "deliveries, and each other loss was an error frame or the end of a connection "
        "([what is lost, where and why](docs/loss.md))."
    )


def _scale(results: Results) -> str | None:
    """Who is reached with several processes."""
    alone = [each for arm, each in results.scale.items() if "-memory" in arm]
    together = [each for arm, each in results.scale.items() if "-memory" not in arm]
    if not alone or not together:
        return None
    most = max(together[0].workers)
    with_broker = min(each.reached(most).share for each in together)
    shares = sorted(each.reached(most).share for each in alone)
    reach = "reach every member" if with_broker >= _ALL else f"reach {percent(with_broker)}"
    return (
        f"**Scale:** with {most} processes and a broker both {reach}; without one, a message "
        f"reaches {percent(shares[0])} to {percent(shares[-1])} of the members in either "
        "([what more costs](docs/scaling.md))."
    )


def _span(verdict: ClaimVerdict) -> str:
    """From the least to the most of the cases."""
    found: list[Estimate] = sorted(
        (each.case.ratio for each in verdict.cases), key=lambda each: each.log
    )
    least, most = factor(found[0].value), factor(found[-1].value)
    return least if least == most else f"{least} to {most}"
