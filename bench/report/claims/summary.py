"""The README's summary: the three answers, and one chart."""

from pathlib import Path
from typing import Any

from bench.analysis.claims import ClaimVerdict
from bench.analysis.estimate import Estimate
from bench.analysis.loss import totals
from bench.analysis.wording import count, factor, percent
from bench.declared.sentences import sentences
from bench.declared.texts import Language, Text
from bench.report.charts import describe
from bench.report.claims.results import Results
from bench.report.links import link
from bench.report.markdown import picture
from bench.report.speed import drawings
from bench.report.templating import fill, translator
from bench.report.words import span

_ALL = 0.9999
_PAGE = "summary"


def summary(root: Path, run: Path | None = None, language: Language = "en") -> str:
    """The text between the README's markers. Raises BenchError."""
    results = Results(root, run)
    figures = results.speed
    answers = [each for each in (_speed(results), _loss(results), _scale(results)) if each]
    context: dict[str, Any] = {
        "run": None,
        "answers": [each.in_language(language) for each in answers],
        "chart": "",
        "t": translator(_PAGE, language),
    }
    if figures is not None:
        context |= {
            "run": figures.run,
            "machine": figures.run.info.machine,
            "raw": link(figures.run.path, root),
        }
        for chart in drawings.charts(figures)[:1]:  # a run of one arm has none
            context["chart"] = picture(chart.name, describe(chart), "docs/charts")
    return fill("summary.md.j2", context)


def _speed(results: Results) -> Text | None:
    """What a delivery costs, over Redis."""
    if results.speed is None:
        return None
    verdicts = {each.claim: each for each in results.speed.verdicts}
    usual, tuned = verdicts.get("framework-redis"), verdicts.get("tuned-redis")
    if usual is None:
        return None
    said = sentences(_PAGE)
    parts = [said["speed"].filled(usual=_span(usual))]
    if tuned is not None:
        parts.append(said["speed_tuned"].filled(tuned=_span(tuned)))
    parts.append(said["speed_end"].filled())
    return Text("".join(each.en for each in parts), "".join(each.ja for each in parts))


def _loss(results: Results) -> Text | None:
    """What loses messages."""
    if not results.loss:
        return None
    found, said = totals(results.loss), sentences(_PAGE)
    expected = count(found.expected)
    if found.unexplained:
        return said["loss_unexplained"].filled(
            unexplained=count(found.unexplained), expected=expected
        )
    return said["loss"].filled(dropped=count(found.counted), expected=expected)


def _scale(results: Results) -> Text | None:
    """Who is reached with several processes."""
    alone = [each for arm, each in results.scale.items() if "-memory" in arm]
    together = [each for arm, each in results.scale.items() if "-memory" not in arm]
    if not alone or not together:
        return None
    said = sentences(_PAGE)
    most = max(together[0].workers)
    with_broker = min(each.reached(most).share for each in together)
    whole = with_broker >= _ALL
    reach = said["reach_all"] if whole else said["reach_some"].filled(share=percent(with_broker))
    shares = span((each.reached(most).share for each in alone), percent)
    assert shares is not None
    return said["scale"].filled(workers=count(most), reach=reach, alone=shares)


def _span(verdict: ClaimVerdict) -> Text:
    """From the least to the most of the cases."""
    found: list[Estimate] = [each.case.ratio for each in verdict.cases]
    ends = span((each.value for each in found), factor)
    assert ends is not None
    return ends
