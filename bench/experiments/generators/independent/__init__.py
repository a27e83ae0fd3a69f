"""A second load generator, which shares no code with `bench.load`.

It speaks WebSocket through the library `websockets` without its input and output, on asyncio
without uvloop. Schedule, clock, percentiles and ledger are written here anew: what both generators
report alike is no artefact of one of them.
"""
