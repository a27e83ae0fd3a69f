"""Turns of running arms, with what a message costs each of them by its newest slots."""

from bench.experiments.speed.arms import Arms, group_of
from bench.experiments.speed.calibration import Calibration
from bench.experiments.speed.plan import Kind, slot_of
from bench.load.orders import TakeSlot, TakeWindow, Turn
from bench.load.session_process import SessionProcess


class Turns:
    """Takes turns; `limit` is the deliveries a second that a turn may ask of the generator."""

    def __init__(self, arms: Arms, generator: SessionProcess, limit: float) -> None:
        self.limit = limit
        self._arms = arms
        self._generator = generator
        self._calibration = Calibration()

    def message_s(self, column: str, room: int) -> float:
        """CPU seconds of a message in rooms of this size."""
        return self._calibration.message_s(column, room)

    def slot(self, column: str, kind: Kind) -> tuple[Turn, float]:
        """A slot of the size for this load, and the seconds in which its messages were due."""
        message_s = self.message_s(column, kind.room)
        messages, seconds = slot_of(kind, message_s, self.limit / kind.room)
        turn = self.take(TakeSlot(group_of(column, kind.room), messages, seconds))
        if turn.counts.delivered:
            self._calibration.learn(column, kind.room, turn.cpu.total_s, turn.counts.sent)
        return turn, seconds

    def take(self, order: TakeSlot | TakeWindow) -> Turn:
        """One turn. Raises BenchError if a process of a stack has ended."""
        turn = self._generator.must(order)
        self._arms.check_alive()
        assert isinstance(turn, Turn)
        return turn
