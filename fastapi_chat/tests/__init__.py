"""The chat's tests as FastAPI's documentation writes them: no server, no socket."""
