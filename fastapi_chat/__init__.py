"""The FastAPI chat: a receive loop, and a fan-out of its own."""

FRAMEWORK = "fastapi"
