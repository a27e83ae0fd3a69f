"""Channels' in-memory layer, in a subclass where a channel ends with its last group."""

from typing import Any

from channels.layers import InMemoryChannelLayer

from django_chat.layers.memberships import Memberships


class ChatInMemoryChannelLayer(InMemoryChannelLayer):
    """Drops the queue of a channel whose consumer has left.

    The original layer uses an expiry instead. It drops messages after 60 s and memberships after a
    day, and one expired message removes a channel from all its groups. In one process nothing is
    left that must expire, so `channel_layer()` sets no expiry.
    """

    connected = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._memberships = Memberships(drop=lambda channel: self.channels.pop(channel, None))

    async def receive(self, channel: str) -> dict[str, Any]:
        with self._memberships.receiving(channel):
            received: dict[str, Any] = await super().receive(channel)
            return received

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send, except to the channel of a departed consumer."""
        if "!" not in channel or channel in self._memberships:
            await super().send(channel, message)

    async def group_add(self, group: str, channel: str) -> None:
        await super().group_add(group, channel)
        self._memberships.add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        await super().group_discard(group, channel)
        self._memberships.discard(group, channel)

    async def renew(self) -> None:
        """Nothing expires."""
