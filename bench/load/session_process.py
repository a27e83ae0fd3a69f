"""The generator of `bench.load.session` as a child process: orders in, answers out."""

import msgspec

from bench.errors import BenchError
from bench.load.orders import Answer, Order, Refused
from bench.load.process import NAME
from bench.stack.dialogue import Dialogue


class SessionProcess(Dialogue):
    """A `python -m bench.load.session` on the cores `cpus`; it takes one order at a time."""

    def __init__(self, cpus: frozenset[int]) -> None:
        super().__init__(NAME, ["bench.load.session"], cpus)
        self._decoder = msgspec.json.Decoder(Answer)

    def send(self, order: Order) -> Answer:
        """Give an order, and wait for the answer. Raises BenchError if the process has died."""
        answer: Answer = self._decoder.decode(self.ask(msgspec.json.encode(order)))
        return answer

    def must(self, order: Order) -> Answer:
        """Give an order that has to be carried out. Raises BenchError if it is refused."""
        answer = self.send(order)
        if isinstance(answer, Refused):
            raise BenchError(f"The load generator could not go on: {answer.reason}.")
        return answer
