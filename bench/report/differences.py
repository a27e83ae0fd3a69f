"""`docs/differences.md`: where arms differ from the contract, and the effect for a user."""

from collections.abc import Mapping, Sequence

from bench.declared.arms import load_arms
from bench.declared.differences import Difference, load_differences
from bench.report.templating import fill


def render_differences() -> str:
    """The page with every declared difference, by topic."""
    chats = [arm.id for arm in load_arms().values() if arm.kind == "chat"]
    return fill(
        "differences.md.j2",
        {
            "topics": _by_topic(load_differences()),
            "chats": chats,
            "untouched": _untouched(load_differences(), chats),
        },
    )


def _by_topic(differences: Sequence[Difference]) -> Mapping[str, list[Difference]]:
    topics: dict[str, list[Difference]] = {}
    for difference in differences:
        topics.setdefault(difference.topic, []).append(difference)
    return topics


def _untouched(differences: Sequence[Difference], arms: Sequence[str]) -> list[str]:
    """The arms without a known difference from the contract."""
    counted = [each for each in differences if each.in_contract]
    return [arm for arm in arms if not any(each.is_about(arm) for each in counted)]
