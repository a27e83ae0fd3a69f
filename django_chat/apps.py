"""The application, under the name in INSTALLED_APPS."""

from django.apps import AppConfig


class DjangoChatConfig(AppConfig):
    """The rooms, and their history."""

    name = "django_chat"
    verbose_name = "Rooms"
