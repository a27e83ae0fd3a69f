"""The consumer of Channels' own tutorial.

Shows what a send within the handler of the room's event does, over a layer with its default
capacity of 100 (see `layers`): a client that does not read holds up its consumer alone, and what
comes meanwhile fills the layer, which drops what is over its capacity and tells nobody.
"""

from typing import Any

from django_chat.consumers import ChatConsumer


class TutorialChatConsumer(ChatConsumer):
    """Sends at once; see the module for what it shows."""

    async def chat_deliver(self, event: dict[str, Any]) -> None:
        if event["exclude"] != self.channel_name:
            await self.send_frame(event["data"])
