"""The CPU time of processes with their children, in ns precision where the system has it."""

import contextlib

import psutil

from bench.stack.child import cpu_seconds


def cpu_seconds_or_0(pid: int) -> float:
    """User and system time of a process in seconds; 0.0 if it has ended."""
    try:
        return cpu_seconds(pid)
    except (OSError, psutil.NoSuchProcess):
        return 0.0


def user_seconds_or_0(pid: int) -> float:
    """User time alone in seconds, in ticks of mostly 10 ms; 0.0 if the process has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return float(psutil.Process(pid).cpu_times().user)
    return 0.0


def tree_cpu_seconds(pid: int) -> float:
    """User and system time in seconds of a process and of its descendants; 0.0 if it has ended.

    The time of a running process is read from its clock. The time of an ended descendant is in its
    parent's sum, which the operating system keeps (in ticks, mostly of 10 ms).
    """
    while True:
        ended = _waited_for(pid)
        running = sum(cpu_seconds_or_0(each) for each in tree(pid))
        # A process that ended in between would be counted twice, or not at all.
        if _waited_for(pid) == ended:
            return running + ended


def tree(pid: int) -> list[int]:
    """The pids of a process and of its descendants now; this looks at all processes."""
    try:
        return [pid, *(each.pid for each in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return [pid]


def _waited_for(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.children_user + times.children_system)
