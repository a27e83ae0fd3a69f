"""`python -m chat_servers`: see `serve`."""

from chat_servers.serve import main

main()
