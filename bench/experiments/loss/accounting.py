"""Why a member misses messages, as far as the members' own ends of the connections tell."""

from collections import Counter
from collections.abc import Collection, Mapping

from bench.envelope.loss import DROPPED


def missing(
    written: int,
    refused: Mapping[int, str],
    sender_end: str | None,
    anywhere: Collection[int],
    arrived: Collection[int],
    end: str | None,
) -> dict[str, int]:
    """The causes of the messages that a member did not get, with their counts.

    `written`: so many messages, from 0, were handed to the sender's socket. `refused`: the codes of
    the answers to the sender. `anywhere`: the messages that came to some member. `arrived`: the
    messages that came to this member. `sender_end`, `end`: how the connections of the sender and of
    this member ended, or None.
    """
    last_anywhere = max(anywhere, default=-1)
    last_here = max(arrived, default=-1)
    found: Counter[str] = Counter()
    for number in range(written):
        if number in arrived:
            continue
        if number in refused:
            found[f"refused: {refused[number]}"] += 1
        elif sender_end is not None and number > last_anywhere:
            found[f"the sender was closed: {sender_end}"] += 1
        elif end is not None and number > last_here:
            found[f"closed: {end}"] += 1
        else:
            found[DROPPED] += 1
    return dict(found)
