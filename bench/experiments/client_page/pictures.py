"""Screenshots of the client as files: few colours, and written only if they look different."""

import io
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

COLOURS: Final = 256
_DIFFERENT: Final = 40
"""How far apart, of 255 in some channel, two pixels are no longer alike."""
_SHARE: Final = 0.0015
"""A measured figure has other digits each time: so much of a picture may be different."""


def keep(path: Path, screenshot: bytes) -> bool:
    """Write a screenshot if it looks different from the file; returns whether it was written."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    if path.exists() and _alike(picture, Image.open(path).convert("RGB")):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)
    return True


def _alike(one: Image.Image, other: Image.Image) -> bool:
    if one.size != other.size:
        return False
    apart = np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).max(axis=2)
    return float((apart > _DIFFERENT).mean()) <= _SHARE
