"""The consumer of Channels' tutorial.

It shows the effect of sending inside the handler of the room's event, over a layer with the default
capacity of 100 (see `layers`). A client that does not read blocks only its own consumer. Meanwhile
events fill the layer, which silently drops events over its capacity.
"""

from typing import Any

from django_chat.consumers import ChatConsumer


class TutorialChatConsumer(ChatConsumer):
    """A consumer that sends at once; the module says what it shows."""

    async def chat_deliver(self, event: dict[str, Any]) -> None:
        if event["exclude"] != self.channel_name:
            await self.send_frame(event["data"])
