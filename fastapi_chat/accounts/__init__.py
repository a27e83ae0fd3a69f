"""Accounts of the FastAPI chat: users, sessions and tickets, on dependencies and SQLAlchemy."""
