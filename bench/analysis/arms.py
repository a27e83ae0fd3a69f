"""Names of arms for readers, and which two arms differ in one thing only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.envelope.run import ArmInfo

FRAMEWORKS = {
    "django-channels": "Channels",
    "fastapi": "FastAPI",
    "asgi": "raw ASGI",
    "picows": "C relay",
}
SERVERS = {"daphne": "Daphne"}
"""The servers whose name is not written as in the ids."""
FANOUTS = {"memory": "in memory", "redis": "Redis", "pubsub": "Redis pub/sub"}
STANDARD = "standard"

Group = Literal["framework", "server", "fan-out", "variant"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms that differ in what `group` names; `where` names what they share."""

    group: Group
    above: ArmInfo
    below: ArmInfo
    where: str
    tag: str


def framework(arm: ArmInfo) -> str:
    """The framework's name as the framework's documentation writes it."""
    return FRAMEWORKS.get(arm.framework, arm.framework)


def server(arm: ArmInfo) -> str:
    return SERVERS.get(arm.server, arm.server)


def fanout(arm: ArmInfo) -> str:
    return FANOUTS.get(arm.fanout, arm.fanout)


def label(arm: ArmInfo) -> str:
    """A short name without the fan-out, under which charts group."""
    parts = [framework(arm)]
    if arm.server != arm.framework:
        parts.append(server(arm))
    if arm.kind == "chat" and arm.variant != STANDARD:
        parts.append(arm.variant)
    return " · ".join(parts)


def floor_of(arm: ArmInfo, arms: Iterable[ArmInfo]) -> ArmInfo | None:
    """The raw ASGI relay on the same server as the arm; None where there is none."""
    relays = (a for a in arms if a.kind == "baseline" and framework(a) == FRAMEWORKS["asgi"])
    return next((relay for relay in relays if relay.server == arm.server), None)


def pairs(arms: Sequence[ArmInfo]) -> list[Pair]:
    """The pairs of these arms that differ in one thing only, sorted by group and place."""
    known = sorted(arms, key=lambda arm: arm.id)
    found = [pair for a in known for b in known if (pair := _pair(a, b)) is not None]
    order = ("framework", "server", "fan-out", "variant")
    return sorted(found, key=lambda p: (order.index(p.group), p.tag, p.above.id, p.below.id))


def _pair(a: ArmInfo, b: ArmInfo) -> Pair | None:
    """The pair a ÷ b if the two arms differ in one thing only; None otherwise."""
    if not _same(a, b, "workers", "history"):
        return None
    for compare in (_framework_pair, _server_pair, _fanout_pair, _variant_pair):
        pair = compare(a, b)
        if pair is not None:
            return pair
    return None


def _framework_pair(a: ArmInfo, b: ArmInfo) -> Pair | None:
    if (framework(a), framework(b)) != ("Channels", "FastAPI") or a.server != b.server:
        return None
    if b.variant != STANDARD:
        return None
    if a.fanout == b.fanout and a.variant == STANDARD:
        return Pair("framework", a, b, f"{server(a)}, {fanout(a)}", "framework")
    if a.fanout == b.fanout and a.variant == "tuned":
        return Pair("framework", a, b, f"{server(a)}, {fanout(a)}", "tuned")
    if (a.fanout, b.fanout) == ("pubsub", "redis") and a.variant == STANDARD:
        return Pair("framework", a, b, f"{server(a)}, Redis pub/sub in both", "framework")
    return None


def _server_pair(a: ArmInfo, b: ArmInfo) -> Pair | None:
    if (a.server, b.server) != ("daphne", "uvicorn") or not _same(a, b, "framework", "fanout"):
        return None
    if a.variant != b.variant:
        return None
    if a.kind == "baseline":
        return Pair("server", a, b, framework(a), "server-relay")
    variant = "" if a.variant == STANDARD else f", {a.variant}"
    return Pair("server", a, b, f"{framework(a)}, {fanout(a)}{variant}", f"server-{a.variant}")


def _fanout_pair(a: ArmInfo, b: ArmInfo) -> Pair | None:
    if not _same(a, b, "framework", "server", "variant") or a.variant != STANDARD:
        return None
    where = f"{framework(a)} on {server(a)}"
    if b.fanout == "memory" and a.fanout in ("redis", "pubsub"):
        return Pair("fan-out", a, b, f"{where}, {fanout(a)}", "over-redis")
    if (a.fanout, b.fanout) == ("redis", "pubsub"):
        return Pair("fan-out", a, b, where, "core-layer")
    return None


def _variant_pair(a: ArmInfo, b: ArmInfo) -> Pair | None:
    if a.variant != STANDARD or not _same(a, b, "framework", "server", "fanout"):
        return None
    where = f"{framework(a)} on {server(a)}, {fanout(a)}"
    tags = {
        "tuned": "layer" if framework(a) == "Channels" else "switch",
        "tutorial": "tutorial",
    }
    return Pair("variant", a, b, where, tags[b.variant]) if b.variant in tags else None


def _same(a: ArmInfo, b: ArmInfo, *names: str) -> bool:
    return all(getattr(a, name) == getattr(b, name) for name in names)
