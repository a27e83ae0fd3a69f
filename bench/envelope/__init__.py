"""The raw results as files: the types that are written are the types that are read."""
