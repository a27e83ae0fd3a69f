"""The FastAPI chat: a receive loop, a send loop, and a fan-out written for it."""

FRAMEWORK = "fastapi"
