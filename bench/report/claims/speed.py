"""The answer to the claim about speed, from the comparison."""

from bench.analysis.claims import DOES_NOT_HOLD, HOLDS, ClaimVerdict
from bench.declared.texts import Text, joined, same
from bench.report.claims.answer import Answer, Word, said
from bench.report.claims.results import Results
from bench.report.speed import words
from bench.report.words import between


def faster(results: Results) -> Answer | None:
    """Claim 1."""
    if results.speed is None:
        return None
    verdicts = {each.claim: each for each in results.speed.verdicts}
    over_redis, tuned = verdicts.get("framework-redis"), verdicts.get("tuned-redis")
    if over_redis is None:
        return None
    parts = [said("faster", ratios=_ratios(over_redis))]
    if tuned is not None:
        parts.append(said("faster_cause", tuned=_ratios(tuned)))
    return Answer(_of(over_redis), joined(parts))


def _ratios(verdict: ClaimVerdict) -> Text:
    """From the least to the most of the cases, each of which may have another server and load."""
    found = sorted((each.case.ratio for each in verdict.cases), key=lambda each: each.log)
    least, most = words.ratio(found[0]), words.ratio(found[-1])
    return same(least) if len(found) == 1 else between(least, most)


def _of(verdict: ClaimVerdict) -> Word:
    if verdict.word == HOLDS:
        return "right"
    return "wrong" if verdict.word == DOES_NOT_HOLD else "not_settled"
