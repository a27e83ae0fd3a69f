"""The answer to the claim that Django's synchronous database is a bottleneck."""

from typing import Final

from bench.analysis.history import OFF, Histories
from bench.analysis.wording import number, percent
from bench.declared.texts import joined
from bench.envelope.history import Way
from bench.report.claims.answer import Answer, said
from bench.report.claims.results import Results

_KEPT: Final = Way("postgresql")
_STOCK: Final = Way("postgresql", "stock")
_HALF: Final = 0.5


def is_the_bottleneck(results: Results) -> Answer | None:
    """Claim 2: which part of the difference between both chats the database makes.

    It is right if most of the difference comes with the database.
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
            channels=number(dear),
            fastapi=number(cheap),
            channels_more=number(more),
            fastapi_more=number(less),
            part=percent(part),
        ),
        said("database_stock", ratio=number(stock.value)),
    ]
    return Answer("wrong" if part < _HALF else "right", joined(parts))
