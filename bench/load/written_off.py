"""Which messages of a sender counted as lost at a receiver, so that a late arrival can be told."""

from dataclasses import dataclass

KEPT_SPANS = 100
"""Older spans are forgotten, so that a long run with losses does not fill the memory."""


@dataclass(slots=True)
class _Span:
    """Numbers from `start` to before `stop`, all lost by one cause."""

    start: int
    stop: int
    cause: str


class WrittenOff:
    """The numbers that counted as lost, as spans: an outage has many numbers and few spans."""

    __slots__ = ("_spans",)

    def __init__(self) -> None:
        self._spans: list[_Span] = []

    def add(self, start: int, stop: int, cause: str) -> None:
        """The numbers from `start` to before `stop` count as lost from now on."""
        last = self._spans[-1] if self._spans else None
        if last is not None and (last.stop, last.cause) == (start, cause):
            last.stop = stop
            return
        self._spans.append(_Span(start, stop, cause))
        del self._spans[:-KEPT_SPANS]

    def take_back(self, number: int) -> str | None:
        """A number arrived: it is forgotten here. Returns its cause; None if it was not lost."""
        for index, span in enumerate(self._spans):
            if span.start <= number < span.stop:
                before = _Span(span.start, number, span.cause)
                after = _Span(number + 1, span.stop, span.cause)
                self._spans[index : index + 1] = [
                    part for part in (before, after) if part.start < part.stop
                ]
                return span.cause
        return None
