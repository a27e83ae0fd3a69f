"""Parts of made-up runs with known answers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from bench.envelope.kinds import AnyObservation
from bench.envelope.run import RunInfo, RunWriter

MACHINE = "synthetic-2-cores"


def arm(name: str) -> dict[str, Any]:
    """An arm as `run.json` has it."""
    parts = name.split("-")
    chat = parts[0] in ("channels", "fastapi")
    return {
        "id": name,
        "framework": "django-channels" if parts[0] == "channels" else parts[0],
        "server": parts[1] if len(parts) > 1 else parts[0],
        "fanout": parts[2] if chat else "memory",
        "workers": 1,
        "history": "off",
        "variant": parts[3] if len(parts) > 3 else "standard",
        "kind": "chat" if chat else "baseline",
    }


def info() -> dict[str, Any]:
    """`run.json`."""
    return {
        "format": 2,
        "profile": "quick",
        "started_at": "2026-01-01T00:00:00Z",
        "finished_at": "2026-01-01T00:05:00Z",
        "command": "chatbench run --profile quick",
        "commit": "0000000",
        "dirty": False,
        "machine": {
            "cpu": "Synthetic",
            "cores": 2,
            "memory_gib": 8.0,
            "kernel": "Linux 0.0.0",
            "os": "none",
        },
        "versions": {"python": "3.11.0", "django": "5.2", "channels": "4.3.2"},
        "settings": {"compression": False, "loop": {"daphne": "uvloop", "uvicorn": "uvloop"}},
        "pinning": {"servers": [0], "generator": [1]},
        "kernel": {"net.core.rmem_max": 212992},
    }


def write_run(
    root: Path, experiment: str, arms: Iterable[str], found: Iterable[AnyObservation]
) -> Path:
    """Write a finished run of one experiment with these observations; returns its directory."""
    name = f"2026-01-01T000000Z-{experiment}"
    made = info() | {
        "name": name,
        "experiments": [experiment],
        "command": f"chatbench run --experiment {experiment}",
        "arms": [arm(each) for each in arms],
        "seed": 7,
    }
    path = root / "bench" / "results" / MACHINE / name
    with RunWriter.create(path, msgspec.convert(made, RunInfo)) as writer:
        for each in found:
            writer.append(each)
    return path
