"""The sides of `chatbench up`: which arm each backend runs, and another arm on the same port."""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bench.companion.controls import Choice, Step
from bench.declared.arms import Arm, load_arms
from bench.errors import BenchError
from bench.stack.stack import Stack
from bench.up.engines import Engines

KEYS: Final = {"django": "django-channels", "fastapi": "fastapi"}
"""The names of the backends in the browser client; the arms have them, too."""


class Sides:
    """Starts, changes and stops the stack of each backend.

    `ports` and `histories` (values of CHAT_HISTORY) are by backend. A tutorial keeps no messages,
    so it runs without the history.
    """

    def __init__(
        self,
        ports: Mapping[str, int],
        workers: int,
        engines: Engines,
        histories: Mapping[str, str],
        environ: Mapping[str, str],
    ) -> None:
        self.stacks: dict[str, Stack] = {}
        self.engines = engines
        self._ports = ports
        self._workers = workers
        self._histories = histories
        self._environ = environ

    def start(self, backend: str, arm: Arm) -> Stack:
        """Start an arm without waiting for it. Raises BenchError."""
        history = "off" if arm.variant == "tutorial" else self._histories[backend]
        stack = Stack(
            replace(arm, workers=self._workers),
            port=self._ports[backend],
            redis=self.engines.redis_for(arm),
            postgres=self.engines.postgres_for(arm),
            history=history,
            environ=self._environ,
        )
        self.stacks[backend] = stack
        stack.start()
        return stack

    def change(self, backend: str, arm_id: str, tell: Callable[[Step], None]) -> None:
        """Run another arm on the port of a backend, and wait until it is healthy.

        If it does not start, the arm from before runs again. Raises BenchError with the reason.
        """
        arm = self._possible(backend, arm_id)
        before = self.stacks[backend]
        tell("stopping")
        before.stop()
        tell("starting")
        try:
            self.start(backend, arm).wait_until_healthy()
        except BenchError:
            tell("returning")
            self.start(backend, before.arm).wait_until_healthy()
            raise

    def choices(self, backend: str) -> tuple[Choice, ...]:
        """The arms that are declared for a backend, with its history of now or without one."""
        return tuple(
            Choice(arm.id, arm.server, arm.fanout, arm.variant, self._missing(arm))
            for arm in self._declared(backend).values()
        )

    def stop(self) -> None:
        """Stop all of them, the last one first."""
        for stack in reversed(self.stacks.values()):
            stack.stop()

    def _declared(self, backend: str) -> dict[tuple[str, str, str], Arm]:
        kinds = ("off", self._histories[backend].partition(":")[0])
        found: dict[tuple[str, str, str], Arm] = {}
        for arm in load_arms().values():
            if arm.framework == KEYS[backend] and arm.history in kinds:
                found.setdefault((arm.server, arm.fanout, arm.variant), arm)
        return found

    def _possible(self, backend: str, arm_id: str) -> Arm:
        arms = {arm.id: arm for arm in self._declared(backend).values()}
        if arm_id not in arms:
            raise BenchError(f"{arm_id} is no arm that this side can run.")
        if missing := self._missing(arms[arm_id]):
            raise BenchError(f"{arm_id} cannot run here: {missing}")
        return arms[arm_id]

    def _missing(self, arm: Arm) -> str | None:
        if importlib.util.find_spec(arm.server) is None:
            return f"{arm.server} is not installed: it is in the extra `servers`."
        if self._workers > 1 and arm.fanout == "memory":
            return f"--workers {self._workers} needs a fan-out that all processes share."
        return self.engines.missing(arm)
