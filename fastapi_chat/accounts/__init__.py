"""Accounts of the FastAPI chat: users, sessions and tickets, with dependencies and SQLAlchemy."""
