"""The answer to each claim, from the newest results: a word, and sentences with the figures.

An answer is None where its experiment has no result. Claims that are not in `ANSWERS` have no
experiment yet.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.analysis import connections as idle
from bench.analysis.scale import ROOM, ArmScale
from bench.analysis.wording import count, number, percent
from bench.declared.texts import Text, joined, same
from bench.report.claims import clarity, database, loss, speed
from bench.report.claims.answer import Answer, said
from bench.report.claims.results import Results
from bench.report.markdown import code
from bench.report.words import span

_ALL: Final = 0.9999
_HOUR_S: Final = 3600
_BUSY_SHARE: Final = 0.1
"""Of a core, for a thousand idle connections. A loop that spins takes a whole core for one."""
_PREFIXES: Final = {"Channels": "channels-", "FastAPI": "fastapi-"}


def _scales_easier(results: Results) -> Answer | None:
    """Claim 3, as far as it can be measured: who is reached, and what it costs."""
    with_broker = [each for arm, each in results.scale.items() if "-memory" not in arm]
    if not with_broker:
        return None
    most = max(max(each.workers) for each in with_broker)
    reached = [each.reached(most).share for each in with_broker]
    costs = [
        Text("{name} {costs}", "{name} {costs}").filled(name=name, costs=found)
        for name, prefix in _PREFIXES.items()
        if (found := _costs([e for e in with_broker if e.arm.startswith(prefix)], most))
    ]
    told = Text("; ".join(each.en for each in costs), "、".join(each.ja for each in costs))
    parts = [
        said("scales", workers=count(most), reached=_span(reached), costs=told),
        clarity.lines_to_scale(),
    ]
    if min(reached) < _ALL:
        return Answer("not_settled", joined(parts))
    return Answer("right_if", joined(parts), said("scales_condition"))


def _costs(found: Sequence[ArmScale], workers: int) -> Text | None:
    return span(each.ratio(workers).value for each in found)


def _span(shares: Sequence[float]) -> Text:
    return span(shares, percent) or same("")


def _does_not_spin(results: Results) -> Answer | None:
    """Claim 6."""
    found = [(idle.idle_cpu_s(each), each.arm) for each in results.connections]
    if not found:
        return None
    (least, lowest), (most, highest) = min(found), max(found)
    text = said(
        "idle",
        least=number(least),
        lowest=code(lowest),
        most=number(most),
        highest=code(highest),
        hour=count(_HOUR_S),
    )
    return Answer("right" if most < _BUSY_SHARE * _HOUR_S else "wrong", text)


def _queued_while_busy(results: Results) -> Answer | None:
    """Claim 7."""
    cases = [case for entry in results.busy for case in entry.cases]
    if not cases:
        return None
    came, owed = sum(case.came for case in cases), sum(2 * case.sent for case in cases)
    waits = {
        name.lower(): number(1000 * longest)
        for name, prefix in _PREFIXES.items()
        if (longest := _longest_wait(results, prefix)) is not None
    }
    parts = [said("busy", came=count(came), owed=count(owed))]
    if len(waits) == len(_PREFIXES):
        parts.append(said("busy_waits", handler=number(cases[0].busy_s), **waits))
    return Answer("right" if came == owed else "wrong", joined(parts))


def _longest_wait(results: Results, prefix: str) -> float | None:
    """Seconds that a member waited for its own handler."""
    found = [
        case.busy_member_waited_s
        for entry in results.busy
        for case in entry.cases
        if case.how == "await" and entry.arm.startswith(prefix)
    ]
    return max(found, default=None)


def _one_process_only(results: Results) -> Answer | None:
    """Claim 12."""
    alone = [each for arm, each in results.scale.items() if "-memory" in arm]
    if not alone:
        return None
    most = max(max(each.workers) for each in alone)
    shares = {each.arm: each.reached(most).share for each in alone}
    told = ", ".join(f"{code(arm)} {percent(share)}" for arm, share in shares.items())
    text = said("one_process", workers=count(most), shares=told)
    return Answer("right" if max(shares.values()) < _ALL else "not_settled", text)


def _sturdier(results: Results) -> Answer | None:
    """Claim 13."""
    library, own = (
        results.scale.get(arm)
        for arm in ("fastapi-uvicorn-broadcaster-redis", "fastapi-uvicorn-redis")
    )
    lost = [entry for entry in results.loss if "-broadcaster-redis" in entry.arm]
    if library is None or own is None or not lost:
        return None
    most = max(library.workers)
    reached = library.reached(most).share
    dropped = sum(map(loss.dropped_by, lost))
    text = said(
        "sturdier",
        workers=count(most),
        reached=percent(reached),
        dropped=count(dropped),
        library=number(library.server_us(1)),
        own=number(own.server_us(1)),
    )
    if reached < _ALL or dropped:
        return Answer("wrong", text)
    return Answer("right_if", text, said("sturdier_condition"))


def _small_or_large(results: Results) -> Answer | None:
    """Claim 15: over Redis on uvicorn, with one process and with the most that were measured."""
    arms = [results.scale.get(f"{chat}-uvicorn-redis") for chat in ("channels", "fastapi")]
    tuned = results.scale.get("channels-uvicorn-redis-tuned")
    if tuned is None or None in arms:
        return None
    channels, fastapi = (each for each in arms if each is not None)
    both = sorted(set(channels.workers) & set(fastapi.workers) & set(tuned.workers))
    most = both[-1]
    reached = [each.reached(most).share for each in (channels, fastapi, tuned)]
    costs = {
        f"{name}_{size}": number(each.cost(workers).value)
        for name, each in (("channels", channels), ("fastapi", fastapi), ("tuned", tuned))
        for size, workers in (("one", both[0]), ("most", most))
    }
    text = said(
        "small_or_large",
        room=count(ROOM),
        one=count(both[0]),
        workers=count(most),
        reached=_span(reached),
        **costs,
    )
    cheaper = all(fastapi.cost(each).value < channels.cost(each).value for each in both)
    if min(reached) < _ALL or not cheaper:
        return Answer("not_settled", text)
    parts = [text, said("at_no_number"), clarity.lines_to_scale()]
    return Answer("right_if", joined(parts), said("small_or_large_condition"))


ANSWERS: Final[Mapping[int, Callable[[Results], Answer | None]]] = {
    1: speed.faster,
    2: database.is_the_bottleneck,
    3: _scales_easier,
    4: clarity.easier_to_read,
    5: clarity.easier_accounts,
    6: _does_not_spin,
    7: _queued_while_busy,
    8: loss.past_the_buffer,
    9: loss.layer_queues,
    10: loss.needs_redis,
    11: loss.what_is_lost,
    12: _one_process_only,
    13: _sturdier,
    14: clarity.parameters_work,
    15: _small_or_large,
}


def answered(results: Results, numbers: Sequence[int]) -> dict[int, Answer]:
    """The answers that the results give, by the number of the claim."""
    found = {number: ANSWERS[number](results) for number in numbers if number in ANSWERS}
    return {number: answer for number, answer in found.items() if answer is not None}
