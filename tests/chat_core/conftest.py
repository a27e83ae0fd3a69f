"""Hypothesis, on machines that are busy."""

from hypothesis import settings

settings.register_profile("chat", deadline=None, database=None)
settings.load_profile("chat")
