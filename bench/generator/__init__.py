"""The load generator: Locust commands, a data plane in a thread of its own moves the frames.

- `ledger`: what was sent, what came, what is missing and why; knows no socket and no clock
- `histogram`: latencies in µs, recorded in bulk
- `messages`: the frames and the message ids
- `arrivals`: when the next message is due
- `recorder`: arrivals, collected one by one and counted in bulk
- `joining`: how a member comes to a room
- `member`: one connection; the only code that runs once a frame
- `plane`: all of them, with windows and their results; belongs to one event loop
- `bridge`: the real thread under gevent's greenlets
- `chat_load`: which user goes into which room
- `cell`: what a run asks for, and what it is given
- `live`, `locust_cli`, `locust_tables`, `locust_web`: a run in Locust's own web UI
"""
