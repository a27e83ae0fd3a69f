"""The order and the headings of arms; they do not depend on the figures."""

from collections.abc import Iterable

from bench.analysis.arms import STANDARD, framework
from bench.envelope.run import ArmInfo

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


def heading(arm: ArmInfo) -> str:
    """The heading of this arm in a chart."""
    return _FLOORS if arm.kind == "baseline" else _HEADINGS.get(arm.fanout, arm.fanout)


def arranged(arms: Iterable[ArmInfo]) -> list[ArmInfo]:
    """The arms sorted by fan-out, framework, server and variant, with the floors last."""
    return sorted(arms, key=_place)


def _place(arm: ArmInfo) -> tuple[bool, int, int, str, str, str]:
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
