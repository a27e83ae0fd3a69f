"""How a frame reaches the members of a room. FastAPI has no channel layer, so this is our code."""

from collections.abc import Callable

from chat_core.settings import Settings, SettingsError
from fastapi_chat.fanout.base import Fanout
from fastapi_chat.fanout.broadcaster import NOTIFY_BYTES, BroadcasterFanout
from fastapi_chat.fanout.memory import MemoryFanout
from fastapi_chat.fanout.redis import RedisFanout
from fastapi_chat.variants.tutorial import TutorialFanout

__all__ = ["FANOUTS", "VARIANTS", "Fanout", "broker_url", "make_fanout"]

FANOUTS: dict[str, Callable[[Settings], Fanout]] = {
    "memory": lambda _settings: MemoryFanout(),
    "redis": lambda settings: RedisFanout(settings.redis_url or ""),
    "redis+pubsub": lambda settings: RedisFanout(settings.redis_url or ""),
    "broadcaster+redis": lambda settings: BroadcasterFanout(broker_url(settings)),
    "broadcaster+postgres": lambda settings: BroadcasterFanout(
        broker_url(settings), most_bytes=NOTIFY_BYTES
    ),
}
"""Fan-outs by the scheme of CHAT_FANOUT. There is one for Redis, so both Redis schemes mean it."""

VARIANTS = ("standard", "tutorial", "tuned")


def make_fanout(settings: Settings) -> Fanout:
    """The fan-out of the settings. Raises SettingsError if there is none."""
    if settings.variant == "tutorial":
        if settings.fanout_kind != "memory":
            raise SettingsError("CHAT_VARIANT=tutorial takes CHAT_FANOUT=memory:// alone")
        return TutorialFanout()
    return FANOUTS[settings.fanout_kind](settings)


def broker_url(settings: Settings) -> str:
    """The URL of broadcaster's broker."""
    return settings.fanout.removeprefix("broadcaster+")
