"""What is not the framework: frames, limits, close codes, settings, roster, rate limit, outbox.

Shared by both chats, so that the bytes on the wire are identical and a measured difference is one
of framework, server or fan-out. Nothing here imports a framework, a socket or a clock.
"""
