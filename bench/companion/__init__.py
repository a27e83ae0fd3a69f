"""The companion: a separate process beside the chats, for what a page cannot do by itself.

`chatbench up` starts it. It connects synthetic members to the race's room on every backend and
reports to the page which messages they received and when. It also serves `docs/` as pages.

- `clock`: one clock for all reported times
- `frames`: the frames from a page and the frames to a page
- `deliveries`: which members received which message; uses no socket
- `member`: one connection; the only code that runs once a frame
- `backoff`: how long to wait before the next attempt
- `crew`: the members of one page on one backend, kept at the wanted number
- `lag`: how late the event loop is
- `session`: the socket of one page
- `controls`: what a page may ask of the stacks of `chatbench up`, and what it is told about them
- `line`: the line to `chatbench up`
- `stacks_session`: the socket of one page that controls the stacks
- `documents`, `rendering`: `docs/` as pages
- `code`: the lines of both chats that make a feature, for the client
- `pages_only`: which pages may read an answer
- `company`: a few synthetic people who talk, so that a demo is not empty
- `app`: the HTTP and WebSocket routes
"""
