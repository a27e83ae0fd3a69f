"""Decides which frames of a member's connection reach the member."""

from typing import Final

from chat_core.delivered import Delivered
from chat_core.envelope import Envelope
from chat_core.outbox import Outbox

_MOST_HELD: Final = 1000


class Inbox:
    """Holds frames until the welcome is known; then passes newer frames, each once."""

    __slots__ = ("_held", "_member", "_outbox", "_version", "delivered", "passed")

    def __init__(self, member: str, outbox: Outbox) -> None:
        self._member = member
        self._outbox = outbox
        self._held: list[Envelope] | None = []
        self._version = 0
        self.passed = 0
        """How many frames of the room were passed to the member."""
        self.delivered: Delivered | None = None
        """The messages that the member has received; None before the welcome is known, and without
        a history."""

    def open(self, newest: int | None, version: int) -> None:
        """Pass frames that are newer than a welcome with this seq and this roster version."""
        self.delivered = None if newest is None else Delivered(newest)
        self._version = version
        held, self._held = self._held or [], None
        for envelope in held:
            self.take(envelope)

    def take(self, envelope: Envelope) -> None:
        """Put a frame into the outbox if it is new and for this member."""
        # Every delivery comes here, so this has no call that a usual frame does not need.
        if self._held is not None:
            self._hold(envelope)
        elif envelope.exclude == self._member:
            return
        elif envelope.seq is not None and self.delivered is not None:
            if self.delivered.take(envelope.seq):
                self.passed += 1
                self._outbox.put(envelope)
        elif not envelope.version or envelope.version > self._version:
            self.passed += 1
            self._outbox.put(envelope)

    def _hold(self, envelope: Envelope) -> None:
        assert self._held is not None
        self._held.append(envelope)
        if len(self._held) > _MOST_HELD:
            self._held.clear()
            self._outbox.overflow()
