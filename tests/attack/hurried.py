"""`python -m tests.attack.hurried SERVER APPLICATION FD`: a server whose own times are a second."""

from chat_servers import settings

settings.REQUEST_SECONDS = 1  # type: ignore[misc]
settings.RESPONSE_SECONDS = 1  # type: ignore[misc]
settings.PING_INTERVAL_SECONDS = 1  # type: ignore[misc]
settings.PING_TIMEOUT_SECONDS = 1  # type: ignore[misc]
settings.CLOSE_SECONDS = 1  # type: ignore[misc]

if __name__ == "__main__":
    from chat_servers import serve

    serve.main()
