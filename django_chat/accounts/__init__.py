"""Accounts of the Channels chat, with Django's users, sessions and password hashers."""
