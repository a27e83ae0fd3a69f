"""The figures of members that went, from the newest run of the experiment `vanished`."""

from collections.abc import Mapping
from typing import Final

from bench.analysis.arms import SERVERS
from bench.analysis.vanished import SILENT, of_ways
from bench.analysis.wording import number
from bench.declared.arms import find_arm
from bench.declared.texts import Text, same
from bench.envelope.vanished import VanishedEntry
from bench.report.claims.results import Results
from bench.report.decision.speed_figures import Figure
from bench.report.words import span


def _silent(results: Results) -> Text | None:
    """From the least to the most seconds that it took until another member was told."""
    cases = of_ways(results.vanished, SILENT)
    return span(seconds for case in cases for seconds in case.noticed_s)


def _latest_ms(results: Results) -> Text | None:
    ended = of_ways(results.vanished, ["ended"])
    latest = max((seconds for case in ended for seconds in case.noticed_s), default=None)
    return None if latest is None else same(number(1000 * latest))


def _servers(*, blind: bool) -> Figure:
    """The servers on which nobody was noticed that went without a sign, or the others."""

    def figure(results: Results) -> Text | None:
        arms = [each.arm for each in results.vanished if _is_blind(each) == blind]
        servers = {find_arm(arm).server for arm in arms}
        names = sorted(SERVERS.get(each, each) for each in servers)
        return same(", ".join(names)) if names else None

    return figure


def _is_blind(entry: VanishedEntry) -> bool:
    return not any(case.noticed_s for case in of_ways([entry], SILENT))


def _waited(results: Results) -> Text | None:
    return span({each.waited_s for each in results.vanished})


GONE_FIGURES: Final[Mapping[str, Figure]] = {
    "gone_ended_ms": _latest_ms,
    "gone_silent_s": _silent,
    "gone_seen": _servers(blind=False),
    "gone_blind": _servers(blind=True),
    "gone_waited_s": _waited,
}
