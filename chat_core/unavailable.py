"""The one error for what a chat depends on and cannot reach."""


class UnavailableError(Exception):
    """Redis, say, does not answer now; what was asked for was not done."""
