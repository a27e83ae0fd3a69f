"""Does what a page asks of the stacks, through the companion, and tells how they are."""

from collections.abc import Callable
from typing import Final

from bench.companion.controls import Break, Run, Side, Stacks, Step
from bench.errors import BenchError
from bench.stack.stack import Stack
from bench.up.breaks import Breaks
from bench.up.channel import Channel
from bench.up.sides import KEYS, Sides

_BACKENDS: Final = {key: backend for backend, key in KEYS.items()}
_NOTHING: Final[tuple[Step, str]] = ("", "")


class Control:
    """`say` takes one sentence for the person at the terminal."""

    def __init__(self, channel: Channel, sides: Sides, say: Callable[[str], None]) -> None:
        self._channel = channel
        self._sides = sides
        self._say = say
        self._choices = {backend: sides.choices(backend) for backend in sides.stacks}
        self._problems: dict[str, str] = {}
        self._breaks = Breaks(sides)
        self._problem = ""
        self._under_way: dict[str, tuple[Step, str]] = {}
        self._told: Stacks | None = None

    def attend(self, seconds: float) -> dict[str, Stack]:
        """Do what is asked for within this time. Returns the stacks with new processes."""
        new: dict[str, Stack] = {}
        for request in self._channel.requests(seconds):
            self._told = None  # a page that has just come knows nothing yet
            backend = _BACKENDS.get(getattr(request, "backend", ""), "")
            if backend not in self._sides.stacks:
                continue
            if isinstance(request, Run):
                self._run(backend, request.arm)
            elif isinstance(request, Break):
                self._break(backend, request)
            new[backend] = self._sides.stacks[backend]
        self._go_on()
        self._tell()
        return new

    def end(self) -> None:
        """End a break now, so that all processes can be stopped or replaced."""
        self._breaks.end()

    def _run(self, backend: str, arm_id: str) -> None:
        if self._breaks.under_way:
            self._problems[backend] = "Something is broken now: ask again when that is over."
            return
        side = self._side(backend, self._sides.stacks[backend])
        self._problems.pop(backend, None)
        if side.running and side.arm == arm_id:
            return

        def tell(step: Step) -> None:
            self._under_way[backend] = step, arm_id
            self._tell()

        try:
            self._sides.change(backend, arm_id, tell)
            self._say(f"{arm_id} runs now, as a page asked.")
        except BenchError as error:
            self._problems[backend] = str(error)
            self._say(f"A page asked for {arm_id}. {error}")
        finally:
            self._under_way.pop(backend, None)

    def _break(self, backend: str, wish: Break) -> None:
        self._problem = ""
        try:
            self._say(f"A page asked for a break. {self._breaks.begin(wish, backend)}")
        except BenchError as error:
            self._problem = str(error)

    def _go_on(self) -> None:
        try:
            self._breaks.attend()
        except BenchError as error:
            self._problem = str(error)
            self._say(str(error))

    def _tell(self) -> None:
        """Tell what there is, if it is not what was told last."""
        stacks = Stacks(
            tuple(self._side(*each) for each in self._sides.stacks.items()),
            redis=self._breaks.redis,
            broken=self._breaks.last,
            problem=self._problem,
        )
        if stacks != self._told:
            self._told = stacks
            self._channel.tell(stacks)

    def _side(self, backend: str, stack: Stack) -> Side:
        step, wanted = self._under_way.get(backend, _NOTHING)
        return Side(
            backend=KEYS[backend],
            arm=stack.arm.id,
            running=any(child.running for child in stack.children),
            arms=self._choices[backend],
            step=step,
            wanted=wanted,
            problem=self._problems.get(backend, ""),
        )
