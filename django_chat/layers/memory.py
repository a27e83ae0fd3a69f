"""Channels' in-memory layer, in which a channel ends with its last group, and not by a clock."""

from typing import Any

from channels.layers import InMemoryChannelLayer

from django_chat.layers.memberships import Memberships


class ChatInMemoryChannelLayer(InMemoryChannelLayer):
    """Forgets the queue of a channel whose consumer has left.

    The layer's own way is an expiry: it drops messages after 60 s, and memberships after a day,
    and takes a channel out of all its groups for one message that has expired. In one process
    nothing is left behind that must expire, so `channel_layer()` sets no expiry.
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
        """Send; to a channel of a consumer that has left there is nothing to send."""
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
