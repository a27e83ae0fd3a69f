"""The answer to the claim that Django's synchronous database is a bottleneck."""

from typing import Final

from bench.analysis.history import OFF, Histories
from bench.analysis.wording import count, number, percent
from bench.declared.texts import joined
from bench.envelope.history import Way
from bench.report.claims.answer import Answer, said
from bench.report.claims.results import Results
from bench.report.speed import words

_KEPT: Final = Way("postgresql")
_STOCK: Final = Way("postgresql", "stock")
_HALF: Final = 0.5


def is_the_bottleneck(results: Results) -> Answer | None:
    """Claim 2: which part of the difference between both chats the database makes.

    It is right if most of the difference comes with the database, and right for the threads that
    Django has by default if these alone make a message dearer.
    """
    histories = Histories(results.history)
    arms = [
        next((arm for arm in histories.arms if arm.startswith(prefix)), None)
        for prefix in ("channels-", "fastapi-")
    ]
    if arms[0] is None or arms[1] is None:
        return None
    channels, fastapi = arms[0], arms[1]
    without = [histories.cost(arm, OFF) for arm in (channels, fastapi)]
    added = [histories.added(arm, _KEPT) for arm in (channels, fastapi)]
    stock = histories.ratio((channels, _STOCK), (channels, _KEPT))
    if stock is None or None in without or None in added:
        return None
    dear, cheap = (each.value for each in without if each is not None)
    more, less = (each.value for each in added if each is not None)
    part = max(0.0, more - less) / (max(0.0, more - less) + max(0.0, dear - cheap))
    parts = [
        said(
            "database",
            room=count(results.history[0].room),
            channels=number(dear),
            fastapi=number(cheap),
            channels_more=number(more),
            fastapi_more=number(less),
        ),
        said("database_part", part=percent(part)) if part > 0 else said("database_no_part"),
        said("database_stock", ratio=words.ratio(stock)),
    ]
    if part >= _HALF:
        return Answer("right", joined(parts))
    if stock.low > 1:
        return Answer("right_if", joined(parts), said("database_condition"))
    return Answer("wrong", joined(parts))
