"""Where the CPU goes that a missed target is too much: two profiles, subtracted part by part."""

from pathlib import Path
from typing import Any, Final

from bench.analysis.profile import part_costs
from bench.analysis.speed import SpeedFigures
from bench.analysis.wording import number
from bench.envelope.profile import ProfileEntry
from bench.envelope.run import newest
from bench.report.links import link
from bench.report.markdown import code
from bench.report.speed.targets import BUSY, RATIOS

_SHOWN: Final = 3


def context(figures: SpeedFigures, root: Path, folder: Path) -> dict[str, Any] | None:
    """A sentence for each ratio that is above its limit and has both profiles; None without any."""
    found = newest(root, ProfileEntry)
    if found is None:
        return None
    profiles = {each.arm: each for each in found.entries}
    sentences = [
        _sentence(name, limit, profiles[above], profiles[below])
        for name, above, below, limit in RATIOS
        if above in profiles and below in profiles and _missed(figures, above, below, limit)
    ]
    if not sentences:
        return None
    return {"sentences": sentences, "raw": link(found.run.path, root / folder)}


def _missed(figures: SpeedFigures, above: str, below: str, limit: float) -> bool:
    ratio = figures.ratio(BUSY, above, below)
    return ratio is not None and ratio.value > limit


def _sentence(name: str, limit: float, above: ProfileEntry, below: ProfileEntry) -> str:
    dear, cheap = part_costs(above), part_costs(below)
    more = {part: us - cheap.get(part, 0.0) for part, us in dear.items()}
    largest = sorted(more, key=more.__getitem__, reverse=True)[:_SHOWN]
    parts = ", ".join(f"{part} {number(more[part])} µs" for part in largest if more[part] > 0)
    total, base = sum(dear.values()), sum(cheap.values())
    left = (limit - 1) * base
    met = " Under the profiler, the target is met." if total - base <= left else ""
    return (
        f"**{name}**: a delivery took {number(total)} µs in {code(above.arm)} and {number(base)} µs"
        f" in {code(below.arm)}. Most of the difference: {parts}. The target leaves"
        f" {number(left)} µs for all of it.{met}"
    )
