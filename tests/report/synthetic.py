"""A run with known answers, made up: `python -m tests.report.synthetic` writes it again.

Every cost is a round number times a factor of the repeat, the same for all arms, so that paired
ratios are exact. The two measurements of the arm that is measured twice differ by 2 %.
"""

import json
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram

DATA = Path(__file__).parent / "data"
MACHINE = "synthetic-2-cores"
RUN = "2026-01-01T0000Z-quick"
STORED = DATA / "bench" / "results" / MACHINE / RUN
REPEATS = (0.9, 1.0, 1.2)  # how slow the machine was in each
SECOND = (1.02, 0.98, 1.01)  # how the second measurement of the same arm differs
AA = "fastapi-uvicorn-memory"

# Arm → µs of CPU per delivery in a room of 100, per round trip alone, p99 in ms.
COSTS: dict[str, tuple[float, float, float]] = {
    "channels-daphne-memory": (100, 200, 40),
    "channels-daphne-redis": (110, 500, 50),
    "channels-daphne-pubsub": (60, 320, 30),
    "channels-uvicorn-memory": (80, 150, 32),
    "channels-uvicorn-redis": (88, 450, 45),
    "channels-uvicorn-pubsub": (55, 300, 28),
    "channels-uvicorn-memory-tutorial": (72, 140, 30),
    "channels-uvicorn-memory-tuned": (10, 90, 6),
    "channels-uvicorn-redis-tuned": (12, 180, 8),
    "fastapi-daphne-memory": (10, 80, 8),
    "fastapi-daphne-redis": (12, 160, 9),
    "fastapi-uvicorn-memory": (8, 60, 5),
    "fastapi-uvicorn-redis": (9.6, 120, 6),
    "fastapi-uvicorn-memory-tutorial": (7.2, 54, 4),
    "asgi-daphne": (8, 40, 3),
    "asgi-uvicorn": (6, 30, 2),
    "picows": (4, 10, 1),
}
RATES = (0.1, 0.4, 1.6, 6.4)  # messages a second of each of 100 users: the capacity's steps


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
        "format": 1,
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
        "arms": [arm(name) for name in COSTS],
        "aa": [AA, f"{AA}#2"],
        "ceiling": {
            "relay": {"deliveries_per_core_s": 240000, "deliveries_s": 200000, "busy": 0.83},
            "recipe": {"deliveries_per_core_s": 40000, "deliveries_s": 38000, "busy": 0.95},
            "ratio": 6.0,
        },
    }


def distribution(p50_ms: float, p99_ms: float, count: int) -> dict[str, Any]:
    """90 in 100 values at the one end, 10 at the other, in µs."""
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    histogram.record_value(int(p50_ms * 1000), count - count // 10)
    histogram.record_value(int(p99_ms * 1000), count // 10)
    return {
        "p50": p50_ms * 1000,
        "p90": p50_ms * 1000,
        "p99": p99_ms * 1000,
        "p999": p99_ms * 1000,
        "max": p99_ms * 1000,
        "mean": p50_ms * 900 + p99_ms * 100,
        "count": count,
        "hdr": histogram.encode().decode(),
    }


def step(rate: float, deliveries: int, p99_ms: float, room: int, lost: int = 0) -> dict[str, Any]:
    """One window of a second."""
    return {
        "rate": rate,
        "seconds": 1.0,
        "sent": deliveries // room,
        "expected": deliveries,
        "ledger": {
            "delivered": deliveries - lost,
            "lost": lost,
            "duplicates": 0,
            "reordered": 0,
            "unexpected": 0,
            "lost_by_cause": {"no_cause_known": lost} if lost else {},
            "balanced": True,
        },
        "latency_us": distribution(p99_ms / 4, p99_ms, deliveries - lost),
        "lateness_us": distribution(0.05, 0.2, deliveries // room),
        "delivered_in_window": deliveries - lost,
        "generator": {"cpu_s": 0.3, "busy": 0.3},
    }


def cell(
    experiment: str, name: str, repeat: int, order: int, steps: list[dict[str, Any]], us: float
) -> dict[str, Any]:
    """A valid cell whose servers take `us` of CPU per delivery, Redis a tenth of it if there."""
    redis = 0.1 if "redis" in name or "pubsub" in name else 0.0
    cost = [used["delivered_in_window"] * us / 1e6 for used in steps]
    echo = experiment == "echo"
    return {
        "experiment": experiment,
        "arm": name,
        "repeat": repeat,
        "order": order,
        "load": {
            "user": "Echo" if echo else "Chatter",
            "users": 100,
            "room_size": 1 if echo else 100,
            "rate": steps[0]["rate"],
            "payload": 120,
        },
        "result": {
            "event": "result",
            "steps": steps,
            "disconnects": [],
            "generator": {"cpu_s": 0.3, "busy": 0.3},
        },
        "cpu": [{"servers_s": c * (1 - redis), "redis_s": c * redis} for c in cost],
        "kernel": {},
        "valid": True,
        "refused": None,
    }


def cells() -> list[dict[str, Any]]:
    """Every cell, in the order in which a run would have measured them."""
    found: list[dict[str, Any]] = []
    for repeat, slow in enumerate(REPEATS):
        for name in (*COSTS, f"{AA}#2"):
            room, alone, p99 = COSTS[name.removesuffix("#2")]
            drift = slow * (SECOND[repeat] if name.endswith("#2") else 1)
            order = len(found)
            one = step(0.4, 4000, p99 * drift, 100)
            found.append(cell("room", name, repeat, order, [one], room * drift))
            one = step(10, 1000, p99 * drift / 10, 1)
            found.append(cell("echo", name, repeat, order + 1, [one], alone * drift))
    for name, (room, _, _) in COSTS.items():
        found.append(cell("capacity", name, 0, len(found), _search(room), room))
    return found


def _search(us: float) -> list[dict[str, Any]]:
    """Steps up to the first whose CPU would be more than a second in a second."""
    steps = []
    for rate in RATES:
        deliveries = int(rate * 100 * 100)
        passed = deliveries * us / 1e6 <= 1
        steps.append(step(rate, deliveries, 20 if passed else 400, 100))
        if not passed:
            break
    return steps


def write(
    directory: Path, run: dict[str, Any] | None = None, lines: list[dict[str, Any]] | None = None
) -> Path:
    """Write a run's two files into `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "run.json").write_text(json.dumps(run or info(), indent=1) + "\n")
    text = "".join(f"{json.dumps(line)}\n" for line in (cells() if lines is None else lines))
    (directory / "cells.jsonl").write_text(text)
    return directory


if __name__ == "__main__":
    print(write(STORED))
