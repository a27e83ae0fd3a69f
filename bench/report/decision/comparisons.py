"""What the experiments on loss and on several processes choose."""

from bench.analysis import loss
from bench.declared.decision import Choice
from bench.envelope.loss import LossEntry
from bench.report.claims.results import Results
from bench.report.decision.loss_figures import photos, standard
from bench.report.decision.speed_figures import CHANNELS, FASTAPI, cheaper


def less_loss(results: Results) -> Choice | None:
    """The framework whose standard chats dropped fewer photos over open connections."""
    entries = standard(results.loss)
    channels, fastapi = (
        sum(map(_missing, [e for e in entries if e.arm.startswith(prefix)]))
        for prefix in ("channels-", "fastapi-")
    )
    if not entries:
        return None
    return "same" if channels == fastapi else "fastapi" if channels > fastapi else "channels"


def _missing(entry: LossEntry) -> int:
    return sum(loss.dropped(case) for case in photos(entry))


def cheaper_with_processes(results: Results) -> Choice | None:
    """The chat whose delivery costs less with the most processes, over Redis."""
    channels, fastapi = (results.scale.get(arm) for arm in (CHANNELS, FASTAPI))
    if channels is None or fastapi is None:
        return None
    most = min(max(channels.workers), max(fastapi.workers))
    return cheaper(channels.cost(most).over(fastapi.cost(most)))
