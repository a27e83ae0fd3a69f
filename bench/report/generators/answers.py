"""The answers, in sentences chosen by the figures."""

from collections.abc import Sequence
from typing import Final

from bench.analysis.generators import (
    FLOOR,
    REFERENCE,
    Carried,
    Missed,
    Reported,
    Verdict,
    own_time,
    verdict,
)
from bench.analysis.wording import count, factor, number, percent
from bench.report.generators import words
from bench.report.markdown import code

INDEPENDENT: Final = "independent"
_OWN: Final = 0.5
"""From this share of a difference on, the tool's own time is said to explain it."""


def overall(found: Sequence[Reported], rates: Sequence[Carried], lost: Sequence[Missed]) -> str:
    """One word on the independent client, over latency, capacity and loss."""
    verdicts = [
        *(verdict(each.mean) for each in _independent(found)),
        *(verdict(each.ratio) for each in rates if each.ratio or not each.refused),
        *(verdict(each.ratio) for each in lost if any(each.missing.values())),
    ]
    if "differ" in verdicts:
        return "Not everywhere."
    if "noisy" in verdicts or not verdicts:
        return "Too noisy to tell everywhere."
    compared = all(each.ratio for each in rates) and all(each.ratio for each in lost)
    return "Yes." if compared else "Yes, where both can measure it."


def latency(found: Sequence[Reported]) -> str:
    """What the independent client says of the latency."""
    every = [each for each in _independent(found) if each.mean is not None]
    if not every:
        return "**Latency: not known.** It needs two rounds of both tools."
    parts = [
        f"{words.ratio(each.mean)} at {code(each.arm)}, {words.LOADS[each.load]}" for each in every
    ]
    verdicts = {verdict(each.mean) for each in every}
    return (
        f"**Latency: {_words(verdicts)}.** The independent client's mean divided by ours: "
        f"{'; '.join(parts)}."
    )


def differences(found: Sequence[Reported]) -> list[str]:
    """For each mean that differs from ours: what the relay says of the cause."""
    own = own_time(found)
    said = []
    for each in found:
        if each.tool == REFERENCE or each.arm == FLOOR or verdict(each.mean) != "differ":
            continue
        way = "more" if each.more_us >= 0 else "less"
        there = f"{code(each.arm)}, {words.LOADS[each.load]}"
        said.append(
            f"**{words.TOOLS[each.tool].capitalize()}** at {there}: {words.ms(abs(each.more_us))} "
            f"{way} than ours from the send of a message{_later(each)}. "
            f"{_cause(each, own.get(each.tool))}"
        )
    return said


def _later(each: Reported) -> str:
    """For a tool with due times: whether it sends later than ours."""
    if each.later_us is None:
        return ""
    way = "later" if each.later_us >= 0 else "earlier"
    return f", and it sends {words.ms(abs(each.later_us))} {way}"


def _cause(each: Reported, own_us: float | None) -> str:
    if own_us is None:
        return "The run has no figure of this tool at the C relay, so the cause is not known."
    way = "more" if own_us >= 0 else "less"
    relay = f"At the C relay, which answers at once, it is {words.ms(abs(own_us))} {way}"
    if own_us * each.more_us > 0 and abs(own_us) >= _OWN * abs(each.more_us):
        share = percent(min(1.0, own_us / each.more_us))
        return f"{relay}: {share} of the difference is the time of the tools, and not of the chat."
    return f"{relay}, so the tools' own time does not explain the difference."


def capacity(rates: Sequence[Carried]) -> list[str]:
    """What both say of the largest rate."""
    said = []
    for each in rates:
        where, ours = code(each.arm), each.rates.get(REFERENCE)
        why = "; ".join(f"{words.TOOLS[tool]}: {why}" for tool, why in each.refused.items())
        if each.ratio is not None:
            dropped = f" Rounds that do not count: {why}." if why else ""
            said.append(
                f"**Capacity of {where}: {words.VERDICTS[verdict(each.ratio)]}.** The independent "
                f"client finds {words.ratio(each.ratio)} times as many messages a second as ours, "
                f"which finds {number(each.rates[REFERENCE])}.{dropped}"
            )
        elif why:
            figure = f" Ours finds {number(ours)} messages a second." if ours else ""
            said.append(f"**Capacity of {where}: not comparable** ({why}).{figure}")
        else:
            said.append(f"**Capacity of {where}: not known.** It needs two rounds of both tools.")
    return said


def loss(lost: Sequence[Missed]) -> list[str]:
    """What both count of a certain loss."""
    said = []
    for each in lost:
        if not any(each.missing.values()):
            said.append(f"**Loss in {code(each.arm)}:** nothing was lost in this run.")
            continue
        counts = [
            f"{_counter(by)} {number(missing)} (in {each.exact[by]} of {each.rounds} rounds exactly"
            " what the server's channel layer counted as dropped)"
            for by, missing in each.missing.items()
        ]
        said.append(
            f"**Loss in {code(each.arm)}: {words.VERDICTS[verdict(each.ratio)]}.** Of "
            f"{count(each.sent)} messages (“{each.case}”), so many did not come, in the mean over "
            f"rounds: by {words.joined(counts)}. Independent client ÷ experiment: "
            f"{words.ratio(each.ratio)}."
        )
    return said


def cost(found: Sequence[Reported]) -> str:
    """How many deliveries a core of each tool takes, beside ours."""
    chats = [each for each in found if each.arm != FLOOR and each.load == "rooms"]
    ours = {each.arm: each.per_core_s for each in chats if each.tool == REFERENCE}
    parts = []
    for tool, name in words.TOOLS.items():
        times = [
            ours[each.arm] / each.per_core_s
            for each in chats
            if each.tool == tool != REFERENCE and each.arm in ours
        ]
        if times:
            span = factor(min(times))
            if len(times) > 1:
                span += f" to {factor(max(times))}"
            parts.append(f"{span} times as many as {name}")
    if not parts:
        return ""
    cost = f"**Cost:** in rooms of ten, one core of ours takes {words.joined(parts)}."
    other = "[At the largest rate](comparison.md#the-generator), the ratio is another one."
    return f"{cost} This load is small. {other}"


def _counter(by: str) -> str:
    return "the independent client" if by == INDEPENDENT else "the experiment `loss`"


def _independent(found: Sequence[Reported]) -> list[Reported]:
    return [each for each in found if each.tool == INDEPENDENT and each.arm != FLOOR]


def _words(verdicts: set[Verdict]) -> str:
    if "differ" in verdicts:
        return "they differ, for the reason below" if len(verdicts) == 1 else "not everywhere alike"
    if "noisy" in verdicts:
        return "too noisy to tell everywhere"
    return words.VERDICTS["agree" if verdicts == {"agree"} else "same"]
