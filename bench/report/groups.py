"""The order and the headings of arms, the same whatever the figures are."""

from collections.abc import Iterable

from bench.analysis.arms import STANDARD, framework
from bench.results_format import Arm

_HEADINGS = {
    "memory": "In memory",
    "redis": "Over Redis",
    "pubsub": "Over Redis pub/sub",
    "broadcaster-redis": "Over Redis, broadcaster",
    "broadcaster-postgres": "Over PostgreSQL, broadcaster",
}
_FLOORS = "Floors: relays, no chat"
_FANOUTS = tuple(_HEADINGS)
_FRAMEWORKS = ("Channels", "FastAPI", "raw ASGI", "C relay")


def heading(arm: Arm) -> str:
    """Under which heading a chart has this arm."""
    return _FLOORS if arm.kind == "baseline" else _HEADINGS.get(arm.fanout, arm.fanout)


def arranged(arms: Iterable[Arm]) -> list[Arm]:
    """By fan-out, framework, server, variant, with the floors last: never by the figures."""
    return sorted(arms, key=_place)


def _place(arm: Arm) -> tuple[bool, int, int, str, str, str]:
    return (
        arm.kind == "baseline",
        _index(_FANOUTS, arm.fanout) if arm.kind == "chat" else 0,
        _index(_FRAMEWORKS, framework(arm)),
        arm.server,
        "" if arm.variant == STANDARD else arm.variant,
        arm.id,
    )


def _index(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names)
