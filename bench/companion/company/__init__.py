"""Synthetic people who talk quietly in one room of each chat, so that a demo is not empty.

They are guests by the contract, with names that say what they are. They say nothing while nobody
else is in the room. No race and no measurement has them.

- `texts`: what they say
- `presence`: who is in the room; uses no socket
- `guest`: one connection
- `group`: the people of one chat
- `company`: all of them, on or off
"""
