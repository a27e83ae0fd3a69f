"""The application, by the name that Django installs it under."""

from django.apps import AppConfig


class DjangoChatConfig(AppConfig):
    """The rooms, and their history."""

    name = "django_chat"
    verbose_name = "Rooms"
