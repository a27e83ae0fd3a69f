"""The crowd of `bench.load.crowd` as a child process: orders in, answers out."""

import msgspec

from bench.errors import BenchError
from bench.load.crowd_orders import Answer, CannotRead, Entered, Order
from bench.stack.dialogue import Dialogue


class CrowdProcess(Dialogue):
    """A `python -m bench.load.crowd` on the cores `cpus`; it takes one order at a time."""

    def __init__(self, cpus: frozenset[int]) -> None:
        super().__init__("The crowd of members", ["bench.load.crowd"], cpus)
        self._decoder = msgspec.json.Decoder(Answer)

    def must(self, order: Order) -> Entered:
        """Give an order, and wait for the answer; after `Leave`, nobody is connected.

        Raises BenchError if the process has died or cannot read the order.
        """
        answer: Answer = self._decoder.decode(self.ask(msgspec.json.encode(order)))
        if isinstance(answer, CannotRead):
            raise BenchError(f"The crowd of members could not go on: {answer.reason}.")
        return answer if isinstance(answer, Entered) else Entered(0, 0.0)
