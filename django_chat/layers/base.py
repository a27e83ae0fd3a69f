"""What the chat asks of its channel layer."""

from typing import Any, Protocol


class ChatChannelLayer(Protocol):
    """A channel layer of Channels, whose memberships last as long as their consumers.

    Methods that are not explained here are of Channels' own specification.
    """

    @property
    def connected(self) -> bool:
        """Whether, by all that is known, events reach the channels of this process."""

    async def new_channel(self) -> str: ...

    async def receive(self, channel: str) -> dict[str, Any]: ...

    async def group_add(self, group: str, channel: str) -> None: ...

    async def group_discard(self, group: str, channel: str) -> None: ...

    async def group_send(self, group: str, message: dict[str, Any]) -> None: ...

    async def renew(self) -> None:
        """Keep the memberships of this process from expiring; to be called with each beat of it.

        Renews several times in an expiry. Channels that may have missed something, as after this
        process stood still, catch up.
        """
