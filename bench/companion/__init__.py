"""The companion: what a page cannot do by itself, beside the chats and never inside them.

A process of its own, which `chatbench up` starts. It brings synthetic members to the race's room on
every backend and tells the page what they had and when, and it shows `docs/` as pages.

- `clock`: one clock for all that is told
- `frames`: what a page says, and what it is told
- `deliveries`: who had which message; knows no socket
- `member`: one connection; the only code that runs once a frame
- `backoff`: how long to wait before the next try
- `crew`: the members of one page on one backend, kept as many as are wanted
- `session`: one page's socket
- `documents`, `rendering`: `docs/` as pages
- `app`: all of it under its addresses
"""
