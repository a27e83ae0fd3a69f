"""Accounts of the Channels chat: on Django's own users, sessions and password hashers."""
