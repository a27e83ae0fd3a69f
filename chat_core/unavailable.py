"""The one error for what a chat depends on and cannot reach."""


class UnavailableError(Exception):
    """Redis, say, does not answer now; what was asked for was not done.

    Its text is `PART: WHY`, the why often in a driver's words: for the log.
    """

    @property
    def part(self) -> str:
        """What does not answer, by its name: that is what others are told."""
        return str(self).partition(":")[0]
