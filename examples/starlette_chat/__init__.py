"""A third backend, for docs/add-a-backend.md: Starlette alone, in memory, without a history."""
