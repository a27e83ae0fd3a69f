"""The load generator: Locust gives commands, a data plane in a separate thread moves the frames.

- `ledger`: sent, received and missing messages, and why they are missing; uses no socket, no clock
- `tally`, `written_off`: the counts of a window; which messages counted as lost
- `histogram`: latencies in µs, recorded in bulk
- `messages`: the frames and the message ids
- `arrivals`: when the next message is due
- `recorder`: arrivals, collected one by one and counted in bulk
- `joining`: how a member joins a room
- `member`: one connection; the only code that runs once a frame
- `plane`: all members, with windows and their results; belongs to one event loop
- `bridge`: the connection between gevent's greenlets and the data plane's thread
- `options`: what a load may be
- `chat_load`: which user goes into which room
- `cell`: what a run asks of the generator, and the result
- `live`: a run without a fixed end; `suite`: such runs in Locust's command line and web UI
"""
