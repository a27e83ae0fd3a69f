"""The ASGI servers of the comparison. uvicorn and Daphne are hardened for an open network.

`python -m chat_servers SERVER APPLICATION ADDRESS` serves. For uvicorn and Daphne, there is one
module of changes for each protocol. granian, gunicorn and hypercorn run as they are released, with
the options and the few changes that make them comparable. The reports to the projects are in
`docs/upstream/`.
"""
