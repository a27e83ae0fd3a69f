"""The Django Channels chat: a consumer with a handler for each event, over a channel layer."""

FRAMEWORK = "django-channels"
