"""A rolling restart: all server processes of a chat are replaced, one after another."""
