"""Hypothesis' settings for busy machines."""

from hypothesis import settings

settings.register_profile("chat", deadline=None, database=None)
settings.load_profile("chat")
