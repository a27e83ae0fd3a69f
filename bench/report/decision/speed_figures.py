"""Figures of the comparison that the decision names."""

from collections.abc import Callable, Mapping
from typing import Final

from bench.analysis.clarity.totals import SAME
from bench.analysis.estimate import LEVEL, Estimate
from bench.analysis.latency import Percentile, TooFewMessages
from bench.analysis.wording import count, percent
from bench.declared.decision import Choice
from bench.declared.texts import Text, same
from bench.report.claims.results import Results
from bench.report.speed import words
from bench.report.words import ratio, ratio_or_no_difference

Figure = Callable[[Results], Text | None]

_ROOM: Final = ("65", 100)
_ALONE: Final = ("65", 1)
_WHOLE_CORE: Final = ("saturated", 100)
CHANNELS, FASTAPI = "channels-uvicorn-redis", "fastapi-uvicorn-redis"
"""The two standard chats over Redis: what one uses in production."""


def _half(results: Results, arm: str) -> Percentile | None:
    """The median time until a message has reached its last member."""
    found = results.speed.latency(arm, "65", 0.5) if results.speed else None
    return None if found is None or isinstance(found, TooFewMessages) else found


def _latency(arm: str) -> Figure:
    def figure(results: Results) -> Text | None:
        found = _half(results, arm)
        if found is None:
            return None
        shown = words.percentile_ms(found).removesuffix(")")
        both = Text("{shown}; {messages} messages)", "{shown}、{messages} メッセージ)")
        return both.filled(shown=shown, messages=count(found.messages))

    return figure


def _ratio(above: str, below: str) -> Callable[[Results], Estimate | None]:
    return lambda results: results.speed.ratio(_ROOM, above, below) if results.speed else None


def _shown(estimate: Callable[[Results], Estimate | None]) -> Figure:
    return lambda results: ratio(estimate(results))


def _told(estimate: Callable[[Results], Estimate | None]) -> Figure:
    return lambda results: ratio_or_no_difference(estimate(results))


def _cost(condition: tuple[str, int], arm: str) -> Figure:
    def figure(results: Results) -> Text | None:
        found = results.speed.cost(condition, arm) if results.speed else None
        return None if found is None else same(words.cost(found).replace(" ±", " µs ±"))

    return figure


def _rate(arm: str) -> Figure:
    def figure(results: Results) -> Text | None:
        found = results.speed.cost(_WHOLE_CORE, arm) if results.speed else None
        return None if found is None else same(words.rate(found))

    return figure


def _starts(results: Results) -> Text | None:
    return None if results.speed is None else same(count(results.speed.starts))


framework_ratio = _ratio(CHANNELS, FASTAPI)

SPEED_FIGURES: Final[Mapping[str, Figure]] = {
    "fastapi_latency": _latency(FASTAPI),
    "channels_latency": _latency(CHANNELS),
    "tuned_latency": _latency(f"{CHANNELS}-tuned"),
    "framework_ratio": _shown(framework_ratio),
    "pubsub_ratio": _shown(_ratio("channels-uvicorn-pubsub", FASTAPI)),
    "tuned_ratio": _told(_ratio(f"{CHANNELS}-tuned", FASTAPI)),
    "daphne_ratio_channels": _told(_ratio("channels-daphne-redis", CHANNELS)),
    "daphne_ratio_fastapi": _told(_ratio("fastapi-daphne-redis", FASTAPI)),
    "fastapi_cost": _cost(_ROOM, FASTAPI),
    "channels_cost": _cost(_ROOM, CHANNELS),
    "pubsub_cost": _cost(_ROOM, "channels-uvicorn-pubsub"),
    "tuned_cost": _cost(_ROOM, f"{CHANNELS}-tuned"),
    "channels_alone": _cost(_ALONE, CHANNELS),
    "fastapi_alone": _cost(_ALONE, FASTAPI),
    "fastapi_rate": _rate(FASTAPI),
    "channels_rate": _rate(CHANNELS),
    "starts": _starts,
    "room": lambda _: same(count(_ROOM[1])),
    "load": lambda _: same(f"{_ROOM[0]} %"),
    "level": lambda _: same(percent(LEVEL)),
    "margin": lambda _: same(percent(SAME - 1)),
}


def less_latency(results: Results) -> Choice | None:
    """The chat with the smaller median, if the two intervals have nothing in common."""
    fastapi, channels = _half(results, FASTAPI), _half(results, CHANNELS)
    if fastapi is None or channels is None:
        return None
    if fastapi.high < channels.low:
        return "fastapi"
    return "channels" if channels.high < fastapi.low else "same"


def less_cpu(results: Results) -> Choice | None:
    """The chat whose delivery costs less CPU, if the interval of the ratio excludes 1."""
    found = framework_ratio(results)
    return None if found is None else cheaper(found)


def cheaper(channels_by_fastapi: Estimate) -> Choice:
    """The cheaper one by the ratio of Channels to FastAPI."""
    if channels_by_fastapi.contains(1.0):
        return "same"
    return "fastapi" if channels_by_fastapi.value > 1 else "channels"
