"""`python -m tests.loss.small_layer FILE SERVER APPLICATION FD`: a layer with room for 10 events.

The planted effect of the experiment `loss`: a Channels chat whose layer drops what it should not.
"""

from typing import Any

from bench.stack import observed
from chat_core.settings import Settings
from django_chat import layers

CAPACITY = 10


def main() -> None:
    """Make the layer small, and serve as `bench.stack.observed` does."""
    usual = layers.channel_layer

    def small(settings: Settings) -> dict[str, Any]:
        found = usual(settings)
        return found | {"CONFIG": found["CONFIG"] | {"capacity": CAPACITY}}

    layers.channel_layer = small
    observed.main()


if __name__ == "__main__":
    main()
