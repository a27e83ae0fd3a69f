"""A stack that runs: server processes, engines, storage, and the machine below them."""
