"""The ASGI servers of the comparison, uvicorn and Daphne, hardened for an open network.

`python -m chat_servers SERVER APPLICATION ADDRESS` serves. There is one module of changes for each
server and protocol. The reports to the projects are in `docs/upstream/`.
"""
