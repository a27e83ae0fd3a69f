"""The ASGI servers of the comparison, hardened: uvicorn and Daphne as a chat can face a network.

`python -m chat_servers SERVER APPLICATION ADDRESS` serves. What is changed is in one module for
each server and each protocol; the reports for the projects concerned are in `docs/upstream/`.
"""
