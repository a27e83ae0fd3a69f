"""Backends that are compared beside the two chats."""
