"""Child processes that never outlive the parent: started on chosen cores, stopped in order."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

_HELD_BACK = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@contextmanager
def _held_back() -> Iterator[set[int]]:
    """Hold signals back during a fork; yields the mask from before.

    Python ignores what a handler raises in a callback of `os.register_at_fork`, as logging has one:
    a Ctrl-C at that moment would be lost.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    try:
        yield {int(each) for each in before}
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(frozen=True, slots=True)
class _Preparation:
    """What a child does before its program begins."""

    parent: int
    stop_signal: signal.Signals
    cpus: frozenset[int] | None
    mask: set[int]
    """The signals that the program does not take."""

    def __call__(self) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)
        # A new session: Ctrl-C reaches only the parent, which stops the child in order.
        os.setsid()
        if _libc is not None:
            # Must follow the change of user, because that change would clear the setting.
            _libc.prctl(_PR_SET_PDEATHSIG, self.stop_signal)
            if os.getppid() != self.parent:
                os._exit(1)
        if self.cpus and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, self.cpus)


class Child:
    """A running program; its output goes to a file, and `output` returns the text.

    With `user`, a user's name, the program runs as that user. The parent must then be root.
    """

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str] | None = None,
        cpus: frozenset[int] | None = None,
        pass_fds: Sequence[int] = (),
        cwd: str | None = None,
        stdin: int | None = subprocess.DEVNULL,
        stdout: int | None = None,
        stderr: int | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._stop_signal = stop_signal
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed in stop)
        try:
            with _held_back() as mask:
                self.process = subprocess.Popen(
                    command,
                    env=dict(environ) if environ is not None else None,
                    stdin=stdin,
                    stdout=self._log if stdout is None else stdout,
                    stderr=self._log if stderr is None else stderr,
                    pass_fds=pass_fds,
                    cwd=cwd,
                    user=user,
                    group=None if user is None else pwd.getpwnam(user).pw_gid,
                    extra_groups=None if user is None else [],
                    # Safe: no other thread runs in the forked child.
                    preexec_fn=_Preparation(os.getpid(), stop_signal, cpus, mask),
                )
        except BaseException:  # a signal that was held back, or a program that cannot start
            if hasattr(self, "process"):
                self.process.kill()
                self.process.wait()
            self._log.close()
            raise

    @property
    def pid(self) -> int:
        """Of the process."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def output(self) -> str:
        """All output until now."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode("utf-8", "replace")

    def last_line(self) -> str:
        """The last line of output; empty without output."""
        lines = [line for line in self.output().splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""

    @property
    def end(self) -> str | None:
        """How the process ended and its last words, after "The server "; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        how = f"was ended by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
        said = self.last_line()
        return f"{how}: {said}" if said else f"{how}, and said nothing"

    def ask_to_stop(self) -> None:
        """Send SIGTERM, or the signal that the constructor was given."""
        if self.running:
            self.process.send_signal(self._stop_signal)

    def stop(self, seconds: float = 10.0) -> None:
        """End the process: SIGTERM, then SIGKILL if it has not ended in `seconds`."""
        self.ask_to_stop()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def cpu_seconds(self) -> float:
        """User and system time in seconds of all threads, also of ended threads."""
        return cpu_seconds(self.pid)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"


def cpu_seconds(pid: int) -> float:
    """User and system time of a process by the operating system's accounting, in seconds."""
    if _libc is not None:
        # The clock of clock_getcpuclockid(3) counts ns; /proc counts ticks of 10 ms.
        return time.clock_gettime_ns((~pid << 3) | 2) / 1e9
    import psutil

    times = psutil.Process(pid).cpu_times()
    return times.user + times.system
