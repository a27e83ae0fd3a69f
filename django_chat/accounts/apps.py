"""The application of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, sessions, tickets."""

    name = "django_chat.accounts"
    label = "accounts"
