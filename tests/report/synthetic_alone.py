"""Raw files of survival, soak, writes and images with known answers, made up."""

import json
from pathlib import Path
from typing import Any

from tests.report import synthetic
from tests.report.synthetic import MACHINE

SURVIVED = "fastapi-uvicorn-redis-postgresql"
WRITTEN = ("channels-uvicorn-memory-sqlite", "fastapi-uvicorn-redis-postgresql")
READ_SLOWLY = ("channels-daphne-memory", "channels-uvicorn-memory")


def arm(name: str) -> dict[str, Any]:
    """An arm as these files have it."""
    history = name.rpartition("-")[2]
    if history not in ("sqlite", "postgresql"):
        return synthetic.arm(name)
    return synthetic.arm(name.rpartition("-")[0]) | {"id": name, "history": history}


def document(name: str, command: str, arms: list[dict[str, Any]]) -> dict[str, Any]:
    """Where and how, around the arms' entries."""
    kept = ("format", "started_at", "finished_at", "commit", "dirty", "machine", "versions")
    shared = {key: value for key, value in synthetic.info().items() if key in kept}
    settings = {"outbox": {"frames": 1000, "size": 16 * 1024**2}}
    return shared | {
        "format": 2,
        "experiment": name,
        "command": command,
        "settings": settings,
        "arms": arms,
    }


def survival(*violations: str) -> dict[str, Any]:
    """One backend, with violations of these kinds."""
    entry = {
        "arm": arm(SURVIVED),
        "plan": {
            "seed": 7,
            "size": {
                "rooms": 2,
                "writers": 1,
                "readers": 2,
                "rate": 4,
                "seconds": 60,
                "workers": 3,
                "quiet": 5.0,
            },
        },
        "sent": 1100,
        "acknowledged": 1000,
        "in_history": 1020,
        "members": 6,
        "taken": 3060,
        "counts": {
            "cuts": 40,
            "delivered live": 3000,
            "recovered by since": 50,
            "fetched by HTTP": 10,
            "holes": 3,
            "gaps": 1,
        },
        "faults": [
            {"kind": "worker killed", "acked_again_s": 0.5, "whole_again_s": 1.0},
            {"kind": "redis restarted", "acked_again_s": 0.25, "whole_again_s": None},
            {"kind": "worker killed", "acked_again_s": 1.5, "whole_again_s": 3.0},
        ],
        "violations": [{"kind": kind, "where": "room-0", "what": "x"} for kind in violations],
        "survived": not violations,
    }
    return document("survival", f"chatbench run --experiment survival --arm {SURVIVED}", [entry])


def soak(*deaf: str) -> dict[str, Any]:
    """Two backends, in the second of which these members are deaf."""
    heard = {
        "seconds": 600.0,
        "numbers": {
            "PROCESS_BEAT_SECONDS": 1,
            "PROCESS_DEAD_SECONDS": 10,
            "GROUP_EXPIRY_SECONDS": 4,
        },
        "members": 6,
        "said": 1200,
        "refused": 0,
        "deliveries": 7200,
        "missing": 0,
        "repeated": 0,
        "closed": {},
    }
    entries = [
        heard | {"arm": arm(READ_SLOWLY[0]), "deaf": [], "holds": True},
        heard | {"arm": arm(SURVIVED), "deaf": list(deaf), "holds": not deaf},
    ]
    return document("soak", "chatbench run --experiment soak", entries)


def writes() -> dict[str, Any]:
    """Grouping is worth nothing to one appender, and eight times to ten, whatever the repeat."""
    entries = []
    for name in WRITTEN:
        windows = [
            {
                "appenders": appenders,
                "group": group,
                "repeat": repeat,
                "messages": round(100 * speed * worth),
                "seconds": 1.0,
                "cpu_seconds": 0.05,
                "database_cpu_seconds": 0.05,
            }
            for repeat, speed in enumerate((1, 2, 3))
            for appenders, worths in ((1, (0.9, 1.1, 1)), (10, (8, 8, 8)))
            for group, worth in ((1, 1), (100, worths[repeat]))
        ]
        entries.append({"arm": arm(name), "sync_us": [100, 250, 900], "windows": windows})
    return document("writes", "chatbench run --experiment writes --seed 7", entries)


def images() -> dict[str, Any]:
    """Daphne keeps six MiB of each, uvicorn what its outboxes hold."""
    entries = []
    for name, kept in zip(READ_SLOWLY, (6, 0), strict=True):
        runs = [
            {
                "images": count,
                "delivered_to_sender": count,
                "before_mib": 80.0,
                "peak_mib": 110.0 + kept * count,
                "readers": {"still there": 6} if kept else {"closed with 1013": 6},
            }
            for count in (24, 96)
        ]
        entry = {"arm": arm(name), "image_bytes": 1024**2, "readers": 6, "runs": runs}
        entries.append(entry)
    return document("images", "chatbench run --experiment images", entries)


def write(root: Path, made: dict[str, Any], time: str = "2026-01-02T000000Z") -> Path:
    """Write a run where the report looks for it; returns its observations."""
    name = made["experiment"]
    path = root / "bench" / "results" / MACHINE / f"{time}-{name}"
    path.mkdir(parents=True)
    entries = made["arms"]
    info = {key: value for key, value in made.items() if key not in ("arms", "experiment")}
    info |= {
        "name": name,
        "profile": "quick",
        "experiments": [name],
        "seed": 7,
        "pinning": {},
        "kernel": {},
        "arms": [entry["arm"] for entry in entries],
    }
    (path / "run.json").write_text(json.dumps(info))
    observed = path / "observations.jsonl"
    lines = [
        entry | {"kind": name, "experiment": name, "at_s": 0.0, "arm": entry["arm"]["id"]}
        for entry in entries
    ]
    observed.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return observed
