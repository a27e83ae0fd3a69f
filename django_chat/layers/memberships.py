"""The groups of each channel of this process, and the end of a channel."""

import contextlib
from collections.abc import Callable, Iterator


class Memberships:
    """A channel ends with its last group, or with the consumer that receives from it.

    `drop` is called for an ended channel, to drop its waiting events. Channels' own layers do this
    only if a consumer ends while it waits for an event; otherwise they keep the events for ever.
    """

    def __init__(self, drop: Callable[[str], object]) -> None:
        self._drop = drop
        self._groups: dict[str, set[str]] = {}
        self._receiving: set[str] = set()

    def __contains__(self, channel: str) -> bool:
        """Whether a consumer takes the events of this channel."""
        return channel in self._groups or channel in self._receiving

    def __iter__(self) -> Iterator[str]:
        """All channels that are in a group."""
        return iter(tuple(self._groups))

    def add(self, group: str, channel: str) -> None:
        """Add the channel to this group."""
        self._groups.setdefault(channel, set()).add(group)

    def discard(self, group: str, channel: str) -> None:
        """Remove the channel from this group."""
        groups = self._groups.get(channel, set())
        groups.discard(group)
        if not groups:
            self._groups.pop(channel, None)
            if channel not in self._receiving:
                self._drop(channel)

    def has(self, group: str, channel: str) -> bool:
        """Whether the channel is in this group."""
        return group in self._groups.get(channel, ())

    def by_group(self) -> dict[str, list[str]]:
        """The channels of each group."""
        found: dict[str, list[str]] = {}
        for channel, groups in self._groups.items():
            for group in groups:
                found.setdefault(group, []).append(channel)
        return found

    @contextlib.contextmanager
    def receiving(self, channel: str) -> Iterator[None]:
        """Mark that a consumer waits for the channel's next event."""
        self._receiving.add(channel)
        try:
            yield
        finally:
            self._receiving.discard(channel)
            if channel not in self._groups:
                self._drop(channel)
