"""The application, by the name that Django installs it under."""

from django.apps import AppConfig


class DjangoChatConfig(AppConfig):
    """No models yet."""

    name = "django_chat"
