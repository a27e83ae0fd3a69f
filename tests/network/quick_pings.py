"""`python -m tests.network.quick_pings SERVER APPLICATION FD`: a ping each second, and its answer
within another: the planted effect of the experiment `vanished`.
"""

from chat_servers import serve, settings


def main() -> None:
    """Set the times, and serve until told to stop."""
    setattr(settings, "PING_INTERVAL_SECONDS", 1)  # noqa: B010
    setattr(settings, "PING_TIMEOUT_SECONDS", 1)  # noqa: B010
    serve.main()


if __name__ == "__main__":
    main()
