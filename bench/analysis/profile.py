"""What a profile says: the parts with most samples, and in each of them the busiest function."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from bench.envelope.folded import Folded, unpack
from bench.envelope.profile import ProfileEntry

_FRAME = re.compile(r"(?P<name>.+) \((?P<file>[^()]*)\)$")
_LINE = re.compile(r":\d+$")
_LOOP = re.compile(
    r"^(Runner\.run|(\w+\.)?(run_forever|_run_once|run_until_complete)) \(asyncio/"
    r"|^AsyncioSelectorReactor\.run \(twisted/"
)
_WAITING = re.compile(r"^_worker \(concurrent/futures/thread\.py")
"""A thread of a pool that waits for work. py-spy takes it for busy where work comes often."""
LOOP = "event loop and kernel"
PYTHON = "Python's library"


@dataclass(frozen=True, slots=True)
class Part:
    """A library or a package of this project. Shares are of all samples, from 0 to 1."""

    name: str
    share: float
    function: str
    function_share: float


def busy(folded: Folded) -> Folded:
    """The samples without threads that wait for work."""
    return Folded({stack: n for stack, n in folded.items() if not _WAITING.match(stack[-1])})


def parts(folded: Folded) -> list[Part]:
    """All parts by the innermost frame of each sample, the largest first."""
    total = sum(folded.values())
    by_part: dict[str, Counter[str]] = defaultdict(Counter)
    for stack, samples in folded.items():
        by_part[part_of(stack[-1])][short(stack[-1])] += samples
    found = []
    for name, functions in by_part.items():
        function, most = functions.most_common(1)[0]
        found.append(Part(name, functions.total() / total, function, most / total))
    return sorted(found, key=lambda part: (-part.share, part.name))


def part_costs(entry: ProfileEntry) -> dict[str, float]:
    """µs of the server's CPU for a delivery by part: the window's CPU, divided as the samples."""
    us = 1e6 * entry.cpu.servers_s / max(1, entry.counts.delivered)
    return {part.name: us * part.share for part in parts(busy(unpack(entry.folded)))}


def share_below(folded: Folded, function: str) -> float:
    """The share of the samples, from 0 to 1, in a function or in what it calls; by its name."""
    inside = sum(
        samples
        for stack, samples in folded.items()
        if any(frame.partition(" (")[0] == function for frame in stack)
    )
    return inside / folded.total()


def part_of(frame: str) -> str:
    """The package of a frame's file; for the event loop in C, which has no frames, `LOOP`."""
    if _LOOP.match(frame):
        return LOOP
    found = _FRAME.match(frame)
    file = found["file"] if found else ""
    head, slash, _ = _LINE.sub("", file).partition("/")
    if head.startswith("<"):
        return PYTHON
    if not slash:
        return PYTHON
    return PYTHON if head in ("asyncio", "json", "logging", "concurrent", "email") else head


def short(frame: str) -> str:
    """`name (file)`, without the line."""
    found = _FRAME.match(frame)
    return frame if found is None else f"{found['name']} ({_LINE.sub('', found['file'])})"
