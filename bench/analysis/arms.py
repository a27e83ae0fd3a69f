"""Names of arms for readers."""

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
