"""Folded stacks, as flame graphs use them: `outermost;…;innermost samples`, packed for one line."""

import base64
import zlib
from collections import Counter

Folded = Counter[tuple[str, ...]]
"""Samples by stack, from the outermost frame to the innermost. A frame: `name (file:line)`."""


def parse(text: str) -> Folded:
    """The stacks of a text with one stack a line. Raises ValueError for another line."""
    found: Folded = Counter()
    for line in filter(None, text.splitlines()):
        stack, _, samples = line.rpartition(" ")
        if not stack or not samples.isdecimal():
            raise ValueError(f"this is no folded stack: {line[:80]!r}")
        found[tuple(stack.split(";"))] += int(samples)
    return found


def pack(folded: Folded) -> str:
    """The stacks as compressed text in base64."""
    lines = (f"{';'.join(stack)} {samples}" for stack, samples in sorted(folded.items()))
    return base64.b64encode(zlib.compress("\n".join(lines).encode(), 9)).decode()


def unpack(packed: str) -> Folded:
    """What was packed. Raises ValueError."""
    try:
        return parse(zlib.decompress(base64.b64decode(packed)).decode())
    except zlib.error as error:
        raise ValueError(f"these are no packed stacks: {error}") from None
