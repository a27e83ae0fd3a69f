"""Everything but the framework: frames, limits, close codes, settings, roster, rates, outbox.

Both chats share it. So the bytes on the wire are identical, and a measured difference comes from
the framework, the server or the fan-out. Nothing here imports a framework, a socket or a clock.
"""
