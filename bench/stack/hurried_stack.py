"""A stack of servers that live fast."""

from bench.stack.stack import Stack


class HurriedStack(Stack):
    """A stack whose processes die, as the others see it, within seconds."""

    serve = ("bench.stack.hurried", "PROCESS_BEAT_SECONDS=0.5,PROCESS_DEAD_SECONDS=4")
