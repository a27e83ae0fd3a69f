"""The one error of the command line."""


class BenchError(Exception):
    """What a user is told: one clear sentence. The command then ends with 1."""
