"""Django's settings; what the chat is told from outside comes from `chat_core.settings`."""

import os

from chat_core.settings import Settings, SettingsError
from django_chat.databases import databases
from django_chat.layers import FANOUTS, VARIANTS, channel_layer

try:
    CHAT = Settings.from_environ(os.environ, FANOUTS, VARIANTS)
except SettingsError as error:
    raise SystemExit(str(error)) from None

SECRET_KEY = CHAT.secret_key
DEBUG = False
# The contract is spoken to whoever may reach the port; browsers are held by the Origin check.
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = ["channels", "django_chat"]
MIDDLEWARE = ["django_chat.middleware.ResponseMiddleware"]
ROOT_URLCONF = "django_chat.urls"
ASGI_APPLICATION = "django_chat.asgi.application"
APPEND_SLASH = False

DATABASES = databases(CHAT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS = {"default": channel_layer(CHAT)}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
