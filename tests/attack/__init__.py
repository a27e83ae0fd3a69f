"""Attacks on both chats on both servers, each with a limit of memory and of others' waiting time.

To add one, write `def test_what_is_done(attacked: Stack)` into the file of its subject. `attacked`
is a running arm, one of `ON_EACH_SERVER` after another, with the default settings; it serves all
tests, so leave nothing in it. What needs other settings takes `start`:

    with start({"CHAT_RATE_LIMIT": "off"}) as stack, limits(stack, memory=32 * MIB):
        ...

`limits` measures while its body runs: the memory of the server's processes, and how long a
bystander waits for /healthz and for a pong in a room. It fails where either is above its limit, and
where the bystander had no answer at all. A limit is far below what was seen without the mend, and
far above what a loaded machine costs. `start_hurried` starts a server whose own times are a second.

An attack is bounded in bytes, count and time, and takes 2 s at most where that is possible. Check
that it fails without its mend.
"""

MIB = 1024**2
