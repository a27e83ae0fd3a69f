"""The errors of what a chat depends on: it cannot be reached, or it cannot carry this."""


class UnavailableError(Exception):
    """Redis, say, does not answer now; what was asked for was not done.

    Its text is `PART: WHY`, the why often in a driver's words: for the log.
    """

    @property
    def part(self) -> str:
        """What does not answer, by its name: that is what others are told."""
        return str(self).partition(":")[0]


class TooLargeError(Exception):
    """What carries messages cannot carry this one, and nothing was published.

    Its text is what the sender is answered.
    """
