"""An outage in the log: one line for each cause, and one for its end. Times are given."""

import logging
from typing import Final

_MOST_CAUSES: Final = 20
"""Past so many causes nothing more is said: a cause may have a number in it that always differs."""


class OutageLog:
    """What does not answer now, of one part that a chat needs, as `database`.

    A part may fail for one kind of use and not for another: a full disk is read, and not written.
    """

    def __init__(self, part: str, logger: logging.Logger) -> None:
        self._part = part
        self._logger = logger
        self._since: float | None = None
        self._uses: set[str] = set()
        self._causes: set[str] = set()
        self._failures: set[str] = set()

    def ongoing(self, use: str) -> bool:
        """Whether this use failed, and has not succeeded since."""
        return use in self._uses

    def began(self, use: str, cause: str, now: float) -> None:
        """A use failed; the cause is logged where this outage has not had it yet."""
        if self._since is None:
            self._since = now
        self._uses.add(use)
        if self._is_new(cause, self._causes):
            self._logger.warning("%s", cause)

    def ended(self, use: str, now: float) -> None:
        """A use succeeded; the end is logged when every use that failed has succeeded."""
        self._uses.discard(use)
        if self._since is not None and not self._uses:
            self._logger.warning("%s: back after %.0f s", self._part, now - self._since)
            self._since = None
            self._causes.clear()

    def failed(self, cause: str, error: BaseException) -> None:
        """A mistake of the program or its set-up: logged once for each cause, with a traceback."""
        if self._is_new(cause, self._failures):
            self._logger.error("%s", cause, exc_info=error)

    @staticmethod
    def _is_new(cause: str, known: set[str]) -> bool:
        if cause in known or len(known) >= _MOST_CAUSES:
            return False
        known.add(cause)
        return True
