"""What the chat needs from its channel layer."""

from typing import Any, Protocol


class ChatChannelLayer(Protocol):
    """A channel layer of Channels, whose memberships last as long as their consumers.

    Methods without a docstring are in Channels' specification.
    """

    @property
    def connected(self) -> bool:
        """Whether, as far as known, events reach the channels of this process."""

    async def new_channel(self) -> str: ...

    async def receive(self, channel: str) -> dict[str, Any]: ...

    async def group_add(self, group: str, channel: str) -> None: ...

    async def group_discard(self, group: str, channel: str) -> None: ...

    async def group_send(self, group: str, message: dict[str, Any]) -> None: ...

    async def renew(self) -> None:
        """Renew the memberships of this process; call it at each beat, several times per expiry.

        Channels that may have missed events, such as after a freeze of this process, catch up.
        """
