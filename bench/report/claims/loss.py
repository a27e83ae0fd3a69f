"""The answers to the claims about losses."""

from typing import Final

from bench.analysis.loss import dropped, outcome, totals
from bench.analysis.wording import count, number
from bench.declared.texts import joined
from bench.envelope.loss import LossCase, LossEntry
from bench.experiments.loss.plan import STOP_S
from bench.report.claims.answer import Answer, said
from bench.report.claims.results import Results
from bench.report.markdown import code

_UNUSUAL: Final = ("-tutorial", "-tuned", "-broadcaster-postgres")
"""Arms whose losses have causes that are told apart: a NOTIFY carries no image."""
_AS_IN_THE_TUTORIAL: Final = "channels-daphne-redis-tutorial"
"""The servers and the layer that Channels' own tutorial ends with."""


def past_the_buffer(results: Results) -> Answer | None:
    """Claim 8."""
    if not results.loss:
        return None
    found = totals(results.loss)
    fastapi = [entry for entry in results.loss if entry.arm.startswith("fastapi-")]
    lost = sum(map(dropped_by, fastapi))
    text = said(
        "buffer",
        full=count(found.full),
        cases=count(found.cases),
        dropped=count(lost),
        arms=count(len(fastapi)),
        unexplained=count(found.unexplained),
    )
    if found.unexplained:
        return Answer("not_settled", text)
    return Answer("right" if lost else "wrong", text)


def layer_queues(results: Results) -> Answer | None:
    """Claim 9."""
    if not results.loss:
        return None
    drops = {entry.arm: dropped_by(entry) for entry in results.loss if dropped_by(entry)}
    parts = [said("layer", counted=count(totals(results.loss).counted))]
    if not drops:
        return Answer("not_settled", joined([*parts, said("layer_none")]))
    named = ", ".join(f"{code(arm)} {count(lost)}" for arm, lost in drops.items())
    parts.append(said("layer_missing", named=named))
    if all(arm.endswith("-tutorial") for arm in drops):
        parts.append(said("layer_default"))
    if _AS_IN_THE_TUTORIAL not in {entry.arm for entry in results.loss}:
        parts.append(said("layer_unmeasured", arm=code(_AS_IN_THE_TUTORIAL)))
    return Answer("wrong", joined(parts))


def needs_redis(results: Results) -> Answer | None:
    """Claim 10."""
    if not results.loss or not results.scale:
        return None
    arms = ("fastapi-uvicorn-memory", "fastapi-uvicorn-redis")
    pair = {entry.arm: entry for entry in results.loss if entry.arm in arms}
    if len(pair) < len(arms):
        return None
    without, with_redis = (pair[arm] for arm in arms)
    cases = zip(without.cases, with_redis.cases, strict=True)
    alike = all(_ended(a) == _ended(b) for a, b in cases)
    figures = {"without": count(dropped_by(without)), "with": count(dropped_by(with_redis))}
    text = said("redis", all=said("redis_all" if alike else "redis_not_all"), **figures)
    return Answer("right_if", text, said("redis_condition"))


def what_is_lost(results: Results) -> Answer | None:
    """Claim 11."""
    if not results.loss:
        return None
    usual = [entry for entry in results.loss if not entry.arm.endswith(_UNUSUAL)]
    safe = [
        f"{count(case.count)} × {_size(case)}"
        for case, *others in zip(*(entry.cases for entry in usual), strict=True)
        if case.reader == "reads" and all(outcome(c).kind == "all" for c in (case, *others))
    ]
    stopped = {
        entry.arm
        for entry in usual
        for case in entry.cases
        if case.reader == "stops" and outcome(case).kind == "closed"
    }
    text = said(
        "lost",
        arms=count(len(usual)),
        safe=", ".join(dict.fromkeys(safe)),
        pause=f"{STOP_S:g}",
        stopped=count(len(stopped)),
    )
    return Answer("answered", text)


def dropped_by(entry: LossEntry) -> int:
    """Deliveries that an arm did not bring over open connections."""
    return sum(map(dropped, entry.cases))


def _ended(case: LossCase) -> str:
    """How a case ended; whether the client still reads the close frame is chance."""
    kind = outcome(case).kind
    return "closed" if kind == "cut" else kind


def _size(case: LossCase) -> str:
    if case.content == "text":
        return f"{case.size} bytes"
    return (
        f"{number(case.size / 1024)} KiB" if case.size < 1024**2 else f"{case.size // 1024**2} MiB"
    )
