"""The Django Channels chat: a consumer dispatched by event, over a channel layer."""

FRAMEWORK = "django-channels"
