"""The answer to the claim about speed, from the comparison."""

from bench.analysis.claims import DOES_NOT_HOLD, HOLDS, ClaimVerdict
from bench.report.claims.answer import Answer, Word
from bench.report.claims.results import Results
from bench.report.speed import words


def faster(results: Results) -> Answer | None:
    """Claim 1."""
    if results.speed is None:
        return None
    verdicts = {each.claim: each for each in results.speed.verdicts}
    over_redis, tuned = verdicts.get("framework-redis"), verdicts.get("tuned-redis")
    if over_redis is None:
        return None
    text = f"Over Redis, a delivery costs Channels {_ratios(over_redis)} times FastAPI's CPU."
    if tuned is not None:
        text += (
            f" The cause is not that one is asynchronous, for both are: a Channels chat that asks "
            f"its layer once a process costs {_ratios(tuned)} times FastAPI. The difference is "
            "the way of each event through the layer and through a thread."
        )
    return Answer(_of(over_redis), text)


def _ratios(verdict: ClaimVerdict) -> str:
    """From the least to the most of the cases, each of which may have another server and load."""
    found = sorted((each.case.ratio for each in verdict.cases), key=lambda each: each.log)
    least, most = words.ratio(found[0]), words.ratio(found[-1])
    return least if len(found) == 1 else f"{least} to {most}"


def _of(verdict: ClaimVerdict) -> Word:
    if verdict.word == HOLDS:
        return "right"
    return "wrong" if verdict.word == DOES_NOT_HOLD else "not settled"
