"""A fan-out within one process."""

from chat_core.envelope import Envelope
from fastapi_chat.member import Member


class MemoryFanout:
    """Delivers an envelope to each member, without a wait in which a member could join."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Member]] = {}

    @property
    def topics(self) -> frozenset[str]:
        """The topics with members in this process."""
        return frozenset(self._topics)

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def join(self, topic: str, member: Member) -> None:
        self._topics.setdefault(topic, set()).add(member)

    async def leave(self, topic: str, member: Member) -> None:
        members = self._topics.get(topic, set())
        members.discard(member)
        if not members:
            self._topics.pop(topic, None)

    async def publish(self, topic: str, envelope: Envelope) -> None:
        self.deliver(topic, envelope)

    def check(self) -> None:
        pass

    def deliver(self, topic: str, envelope: Envelope) -> None:
        """Deliver an envelope to the topic's members in this process."""
        members = self._topics.get(topic, ())
        if envelope.signal:
            for member in members:
                member.signalled(envelope.signal)
        else:
            for member in members:
                member.inbox.take(envelope)
