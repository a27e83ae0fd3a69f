"""The soak: what takes a day in an ordinary server takes seconds, and nobody may go deaf."""
