"""What the chat asks of its channel layer."""

from collections.abc import Iterable
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

    async def renew(self, *, at_once: bool = False) -> None:
        """Keep the memberships of this process from expiring; to be called by the process's beat.

        Renews several times in an expiry, or `at_once`. Channels that had been taken out of a
        group, as after this process stood still, catch up.
        """

    async def discard_dead(self, memberships: Iterable[tuple[str, str]]) -> None:
        """Take channels of a process that died out of groups; each is (group, channel)."""
