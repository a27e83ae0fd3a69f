"""The error class of the command line."""


class BenchError(Exception):
    """An error that the user sees as one clear sentence; the command then exits with 1."""
