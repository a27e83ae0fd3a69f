"""The errors of a chat's dependencies: one does not answer, or cannot carry a message."""


class UnavailableError(Exception):
    """A part such as Redis does not answer, and the request was not carried out.

    The text is `PART: WHY`, for the log. WHY often comes from a driver.
    """

    @property
    def part(self) -> str:
        """The name of the part that does not answer; clients see only this name."""
        return str(self).partition(":")[0]


class FailedError(UnavailableError):
    """It answers, and what was asked for is a mistake of the program or its set-up: no tables, say.

    Coming back does not help.
    """


class TooLargeError(Exception):
    """The carrier cannot carry this message, and nothing was published.

    The text is the detail of the error frame to the sender.
    """


class UnknownMessageError(Exception):
    """The history has no such message, or it is not a message that this member may change."""
