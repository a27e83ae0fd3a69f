"""The answer to each claim, from the newest results: a word, and a sentence with the figures.

An answer is None where its experiment has no result. Claims that are not in `ANSWERS` have no
experiment yet.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.analysis import connections as idle
from bench.analysis.loss import outcome, totals
from bench.analysis.scale import ArmScale
from bench.analysis.wording import count, number, percent
from bench.envelope.loss import DROPPED, LossCase, LossEntry
from bench.report.claims import clarity, speed
from bench.report.claims.answer import Answer
from bench.report.claims.results import Results
from bench.report.markdown import code

_ALL: Final = 0.9999
_UNUSUAL: Final = ("-tutorial", "-tuned", "-broadcaster-postgres")
"""Arms whose losses have causes that are told apart: a NOTIFY carries no image."""
_BUSY_SHARE: Final = 0.1
"""Of a core, for a thousand idle connections. A loop that spins takes a whole core for one."""


def _scales_easier(results: Results) -> Answer | None:
    """Claim 3, as far as it can be measured: who is reached, and what it costs."""
    with_broker = _with_broker(results.scale)
    if not with_broker:
        return None
    most = max(max(each.workers) for each in with_broker)
    reached = [each.reached(most).share for each in with_broker]
    costs = {
        name: [each.ratio(most).value for each in with_broker if each.arm.startswith(prefix)]
        for name, prefix in (("Channels", "channels-"), ("FastAPI", "fastapi-"))
    }
    told = "; ".join(
        f"{name} {number(min(found))} to {number(max(found))}"
        for name, found in costs.items()
        if found
    )
    text = (
        f"With a broker and {most} processes, {_shares(reached)} of the deliveries came, in both. "
        f"A delivery then costs so many times what it costs with one "
        f"process: {told}. {clarity.lines_to_scale()}"
    )
    if min(reached) < _ALL:
        return Answer("not settled", text)
    return Answer("right if", text, "its layers are taken as they are, and less to write is meant")


def _does_not_spin(results: Results) -> Answer | None:
    """Claim 6."""
    found = [(idle.idle_cpu_s(each), each.arm) for each in results.connections]
    if not found:
        return None
    (least, lowest), (most, highest) = min(found), max(found)
    text = (
        f"A thousand idle connections take {number(least)} s ({code(lowest)}) to {number(most)} s "
        f"({code(highest)}) of CPU an hour, with the servers' pings and the chats' beats. A loop "
        "that spins would take 3 600 s for one connection: `receive` sleeps until something comes, "
        "in a loop as in a consumer."
    )
    return Answer("right" if most < _BUSY_SHARE * 3600 else "wrong", text)


def _queued_while_busy(results: Results) -> Answer | None:
    """Claim 7."""
    cases = [case for entry in results.busy for case in entry.cases]
    if not cases:
        return None
    came, owed = sum(case.came for case in cases), sum(2 * case.sent for case in cases)
    waits = {
        prefix: max(
            case.busy_member_waited_s
            for entry in results.busy
            for case in entry.cases
            if case.how == "await" and entry.arm.startswith(prefix)
        )
        for prefix in ("channels-", "fastapi-")
        if any(entry.arm.startswith(prefix) for entry in results.busy)
    }
    text = f"{count(came)} of {count(owed)} deliveries came while a handler was busy, in order."
    if len(waits) > 1:
        text += (
            f" In Channels, what comes to that member waits too, up to "
            f"{number(1000 * waits['channels-'])} ms for a handler of {number(cases[0].busy_s)} s; "
            f"in the FastAPI chat, with a loop for each direction, "
            f"{number(1000 * waits['fastapi-'])} ms."
        )
    return Answer("right" if came == owed else "wrong", text)


def _lost_past_the_buffer(results: Results) -> Answer | None:
    """Claim 8."""
    if not results.loss:
        return None
    found = totals(results.loss)
    fastapi = [entry for entry in results.loss if entry.arm.startswith("fastapi-")]
    dropped = sum(_dropped(entry) for entry in fastapi)
    text = (
        f"A receive buffer was full in {count(found.full)} of {count(found.cases)} cases. TCP then "
        f"closes its window, and the sender waits. The FastAPI chats, the article's loop among "
        f"them, dropped {count(dropped)} deliveries over open connections in "
        f"{count(len(fastapi))} arms; {count(found.unexplained)} losses of all arms have no known "
        "cause."
    )
    if found.unexplained:
        return Answer("not settled", text)
    return Answer("wrong" if not dropped else "right", text)


def _layer_queues(results: Results) -> Answer | None:
    """Claim 9."""
    if not results.loss:
        return None
    found = totals(results.loss)
    drops = {entry.arm: _dropped(entry) for entry in results.loss if _dropped(entry)}
    named = ", ".join(f"{code(arm)} {count(lost)}" for arm, lost in drops.items())
    text = (
        f"Channels reads from the same socket, so that its sender waits as FastAPI's does. The "
        f"layer's queue comes behind it, and it is what drops: {count(found.counted)} deliveries "
        f"by the counters in the servers"
    )
    if not drops:
        return Answer("not settled", f"{text}; no delivery was missing for that.")
    text = f"{text}. Missing over open connections: {named}."
    if all(arm.endswith("-tutorial") for arm in drops):
        text += (
            " These have the layer's default capacity of 100. The other Channels chats ask for "
            "more, bound what waits for each member, and dropped none."
        )
    return Answer("wrong", text)


def _needs_redis(results: Results) -> Answer | None:
    """Claim 10."""
    if not results.loss or not results.scale:
        return None
    pair = [
        entry
        for entry in results.loss
        if entry.arm in ("fastapi-uvicorn-memory", "fastapi-uvicorn-redis")
    ]
    if len(pair) < 2:
        return None
    lost = {entry.arm: _dropped(entry) for entry in pair}
    same = all(_ended(a) == _ended(b) for a, b in zip(*(e.cases for e in pair), strict=True))
    text = (
        f"Not to lose less: with and without Redis it dropped "
        f"{' and '.join(count(each) for each in lost.values())} deliveries, and "
        f"{'all' if same else 'not all'} cases ended alike. To reach members in other processes it "
        "needs a broker, as Channels does."
    )
    return Answer("right if", text, "there is more than one process")


def _what_is_lost(results: Results) -> Answer | None:
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
    text = (
        f"To members that read, everything came in all {count(len(usual))} standard arms: "
        f"{', '.join(dict.fromkeys(safe))}. A photo past the limit is refused in words or ends the "
        f"sender's connection. A member that does not read for 3 s is closed with 1013 in "
        f"{count(len(stopped))} arms once its outbox is full, and knows that it has to come back."
    )
    return Answer("answered", text)


def _shares(found: Sequence[float]) -> str:
    least, most = percent(min(found)), percent(max(found))
    return least if least == most else f"{least} to {most}"


def _one_process_only(results: Results) -> Answer | None:
    """Claim 12."""
    alone = [each for arm, each in results.scale.items() if "-memory" in arm]
    if not alone:
        return None
    most = max(max(each.workers) for each in alone)
    shares = {each.arm: each.reached(most).share for each in alone}
    text = (
        f"With {most} processes and no broker, so much of the deliveries came: "
        f"{', '.join(f'{code(arm)} {percent(share)}' for arm, share in shares.items())}. It holds "
        "for Channels' in-memory layer as for FastAPI's list."
    )
    return Answer("right" if max(shares.values()) < _ALL else "not settled", text)


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
    dropped = sum(map(_dropped, lost))
    text = (
        f"Over Redis with {most} processes, {percent(reached)} of the deliveries came, and it "
        f"dropped {count(dropped)} over open connections. A delivery costs its servers "
        f"{number(library.server_us(1))} µs, and {number(own.server_us(1))} µs with this project's "
        "fan-out over Redis. As released, it stops in silence when its connection is lost "
        "([the report](upstream/broadcaster-listener-ends.md)); this project notices that and "
        "starts it again."
    )
    if reached < _ALL or dropped:
        return Answer("wrong", text)
    return Answer("right if", text, "something watches its connection")


def _with_broker(found: Mapping[str, ArmScale]) -> list[ArmScale]:
    return [each for arm, each in found.items() if "-memory" not in arm]


def _dropped(entry: LossEntry) -> int:
    return sum(
        member.missing.get(DROPPED, 0) for case in entry.cases for member in case.members.values()
    )


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


ANSWERS: Final[Mapping[int, Callable[[Results], Answer | None]]] = {
    1: speed.faster,
    3: _scales_easier,
    4: clarity.easier_to_read,
    5: clarity.easier_accounts,
    6: _does_not_spin,
    7: _queued_while_busy,
    8: _lost_past_the_buffer,
    9: _layer_queues,
    10: _needs_redis,
    11: _what_is_lost,
    12: _one_process_only,
    13: _sturdier,
    14: clarity.parameters_work,
}


def answered(results: Results, numbers: Sequence[int]) -> dict[int, Answer]:
    """The answers that the results give, by the number of the claim."""
    found = {number: ANSWERS[number](results) for number in numbers if number in ANSWERS}
    return {number: answer for number, answer in found.items() if answer is not None}
