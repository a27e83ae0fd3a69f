"""Keeps what `chatbench up` started: servers that end start again, and SIGHUP replaces them."""

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from bench.errors import BenchError
from bench.stack.child import Child
from bench.stack.replacing import replace
from bench.stack.stack import Stack
from bench.up.companion_process import CompanionProcess
from bench.up.control import Control

_POLL_S: Final = 0.2
_SOON_S: Final = 10.0
_MOST: Final = 3
"""A backend is given up when so many of its processes in a row ended soon after their start."""


class Supervisor:
    """Watches stacks and the companion. `say` takes one sentence for the person at the terminal."""

    def __init__(
        self,
        stacks: dict[str, Stack],
        companion: CompanionProcess | None,
        say: Callable[[str], None],
        control: Control | None = None,
    ) -> None:
        self._stacks = dict(stacks)
        self._companion = companion
        self._say = say
        self._control = control
        self._started: dict[int, float] = {}
        self._failures = dict.fromkeys(stacks, 0)
        self._companion_started = 0.0
        self._companion_failures = 0
        self._roll = False
        self._terminal = sys.stdin is not None and sys.stdin.isatty()

    def heed_hangups(self) -> None:
        """From now on, SIGHUP asks for a rolling restart; `watch` makes it."""
        signal.signal(signal.SIGHUP, self._hung_up)

    def watch(self) -> None:
        """Never returns. Raises BenchError when an engine ended, or no backend can be kept."""
        while True:
            self._watch_companion()
            for name, stack in list(self._stacks.items()):
                stack.check_engines()
                self._revive(name, stack)
            if self._roll:
                self._roll = False
                self._replace_all()
            self._attend()

    def _attend(self) -> None:
        """Wait for the next look, and do what a page asks for in this time."""
        if self._control is None:
            time.sleep(_POLL_S)
            return
        for name, stack in self._control.attend(_POLL_S).items():
            self._stacks[name] = stack
            self._failures[name] = 0

    def _hung_up(self, _: int, __: Any) -> None:
        """A person asks for a rolling restart. But a closed terminal ends everything."""
        if self._terminal and not os.isatty(0):
            raise SystemExit(128 + signal.SIGHUP)
        self._roll = True

    def _watch_companion(self) -> None:
        if self._companion is not None and (said := self._companion.ended) is not None:
            lived = time.monotonic() - self._companion_started
            self._companion_failures = self._companion_failures + 1 if lived < _SOON_S else 1
            if self._companion_failures > _MOST:
                self._companion = None
                self._say(
                    f"The companion ends again and again, and stays down: {said} The chats go on "
                    "without it."
                )
                return
            self._say(f"The companion ended by itself: {said} Another one starts.")
            self._companion_started = time.monotonic()
            self._companion.start_again()

    def _revive(self, name: str, stack: Stack) -> None:
        for child in list(stack.children):
            if end := child.end:
                stack.children.remove(child)
                child.stop()
                self._start_again(name, stack, child, end)

    def _start_again(self, name: str, stack: Stack, child: Child, end: str) -> None:
        lived = time.monotonic() - self._started.pop(child.pid, 0.0)
        self._failures[name] = self._failures[name] + 1 if lived < _SOON_S else 1
        if self._failures[name] > _MOST:
            self._give_up(name, stack, end)
            return
        self._say(f"A process of {stack.arm.id} {end}. Another one starts.")
        self._started[stack.start_worker().pid] = time.monotonic()

    def _give_up(self, name: str, stack: Stack, end: str) -> None:
        words = f"{stack.arm.id} ends again and again, and stays down: a process {end}."
        del self._stacks[name]
        if not self._stacks:
            raise BenchError(words)
        self._say(words)
        stack.stop()

    def _replace_all(self) -> None:
        """One process after another, so that each backend answers all the time."""
        if self._control is not None:
            self._control.end()
        for stack in self._stacks.values():
            for old in list(stack.children):
                try:
                    new = replace(stack, old)
                except BenchError as error:
                    self._say(f"{error} The old processes go on.")
                    break
                self._say(f"{stack.arm.id}: process {new.pid} has replaced process {old.pid}.")
