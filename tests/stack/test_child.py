"""A child process and the signals of its parent."""

import signal
import subprocess
import sys

from bench.stack.child import Child

_INTERRUPTED_WHILE_IT_FORKS = """
import os, signal, sys
from bench.stack.child import Child

os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    Child([sys.executable, "-c", "import time; time.sleep(60)"])
except KeyboardInterrupt:
    print("interrupted")
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no child is left")
"""
_MASK = "import signal; print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())))"


def test_an_interrupt_at_the_moment_of_a_fork_is_not_lost() -> None:
    """Python ignores what is raised in a callback of a fork; logging has such a callback."""
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_WHILE_IT_FORKS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.split("\n")[:2], done.stderr) == (["interrupted", "no child is left"], "")


def test_the_program_takes_the_same_signals_as_its_parent() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    child = Child([sys.executable, "-c", _MASK])
    child.process.wait(60)
    assert child.output().strip() == str(sorted(before))
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
    child.stop()
