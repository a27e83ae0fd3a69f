"""The experiment `images`: memory for images that nobody reads."""

import msgspec

from bench.envelope.observation import Observation


class ImagesRun(msgspec.Struct, frozen=True):
    """`images` images to readers that do not read; MiB are resident memory of the server."""

    images: int
    delivered_to_sender: int
    before_mib: float
    peak_mib: float
    readers: dict[str, int]
    """The number of readers by the state of their connections at the end."""
    after_mib: float = 0.0


class ImagesEntry(Observation, frozen=True, kw_only=True, tag="images"):
    """One arm, with few images and with many."""

    image_bytes: int
    readers: int
    runs: list[ImagesRun]
