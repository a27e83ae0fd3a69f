"""CPU and memory of the processes of a running stack, by role."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import psutil

from bench.stack.cpu_clock import cpu_seconds_or_0, tree

_CHILDREN_S: Final = 10.0
"""How often children are looked for: this reads the list of all processes of the machine."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What each role used since the last look."""

    cpu: dict[str, float] = field(default_factory=dict)
    """The share of one core."""
    memory: dict[str, int] = field(default_factory=dict)
    """Bytes of resident memory; processes that share pages count them each."""


class ProcessMeter:
    """Looks at processes again and again. `roles` has the pids of each role.

    The CPU of a child counts from the time at which it is found, at most 10 s after its start.
    """

    def __init__(self, roles: Mapping[str, list[int]]) -> None:
        self._roles = roles
        self._seconds: dict[int, float] = {}
        self._find_children(time.monotonic())
        self._at = self._found_at

    def look(self) -> Usage:
        """What was used since the last look. A process that has ended uses nothing."""
        now = time.monotonic()
        passed = max(now - self._at, 1e-9)
        self._at = now
        cpu = {role: sum(map(self._used, pids)) for role, pids in self._trees.items()}
        memory = {role: sum(map(_memory, pids)) for role, pids in self._trees.items()}
        if now - self._found_at > _CHILDREN_S:
            self._find_children(now)
        return Usage({role: round(seconds / passed, 3) for role, seconds in cpu.items()}, memory)

    def ended(self) -> str | None:
        """The role of which a process has ended, or None."""
        for role, pids in self._roles.items():
            if any(map(_has_ended, pids)):
                return role
        return None

    def _find_children(self, now: float) -> None:
        self._found_at = now
        self._trees = {
            role: [each for pid in pids for each in tree(pid)] for role, pids in self._roles.items()
        }
        for pids in self._trees.values():
            for pid in pids:
                self._seconds.setdefault(pid, cpu_seconds_or_0(pid))

    def _used(self, pid: int) -> float:
        seconds = cpu_seconds_or_0(pid)
        before, self._seconds[pid] = self._seconds[pid], seconds
        return max(0.0, seconds - before)


def _has_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _memory(pid: int) -> int:
    with contextlib.suppress(psutil.NoSuchProcess):
        return int(psutil.Process(pid).memory_info().rss)
    return 0
