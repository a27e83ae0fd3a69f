"""Django's settings; the chat's settings from the environment are in `chat_core.settings`."""

import os

from chat_core import accounts, cross_origin
from chat_core.settings import Settings, SettingsError
from django_chat.databases import databases
from django_chat.layers import FANOUTS, VARIANTS, channel_layer

try:
    CHAT = Settings.from_environ(os.environ, FANOUTS, VARIANTS)
except SettingsError as error:
    raise SystemExit(str(error)) from None

SECRET_KEY = CHAT.secret_key
DEBUG = CHAT.debug
ALLOWED_HOSTS = sorted(CHAT.hosts)
USE_TZ = True
TIME_ZONE = "UTC"

DATABASES = databases(CHAT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The admin needs a database, and so is there where a history is.
ADMIN_APPS = [
    "django_chat.administration.site.ChatAdminConfig",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
INSTALLED_APPS = [
    *(ADMIN_APPS if DATABASES else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "channels",
    "corsheaders",
    "django_chat",
    "django_chat.accounts",
]
MIDDLEWARE = [
    "django_chat.middleware.ResponseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django_chat.accounts.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # nothing has to be collected before the start
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
# In a session it would be written by the thread of a request.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
ROOT_URLCONF = "django_chat.urls"
ASGI_APPLICATION = "django_chat.asgi.application"
APPEND_SLASH = False

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["django_chat.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["django_chat.accounts.hashers.AccountPasswordHasher"]
SESSION_ENGINE = "django_chat.accounts.sessions"
SESSION_COOKIE_NAME = "chat_channels_session"
SESSION_COOKIE_AGE = accounts.SESSION_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CHAT.environment == "production"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}
]
LOGIN_URL = "admin:login"
CSRF_COOKIE_NAME = "chat_channels_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = CHAT.environment == "production"
# Behind a proxy that has the certificate, the admin's forms come from an https origin.
CSRF_TRUSTED_ORIGINS = sorted(CHAT.origins - {"*"})
DATA_UPLOAD_MAX_MEMORY_SIZE = accounts.BODY_BYTES
# The chat accepts no form bodies; in a consumer, a query of 1 000 fields would be an exception.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None

CORS_URLS_REGEX = cross_origin.PATHS
CORS_ALLOWED_ORIGINS = sorted(cross_origin.reading_origins(CHAT.origins))
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = cross_origin.METHODS
CORS_ALLOW_HEADERS = cross_origin.HEADERS
CORS_EXPOSE_HEADERS = cross_origin.EXPOSED_HEADERS
CORS_PREFLIGHT_MAX_AGE = cross_origin.MAX_AGE_SECONDS

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SILENCED_SYSTEM_CHECKS = [  # of `check --deploy`
    # Calls that change something check the Origin. A CSRF token would add a cookie to each login.
    "security.W003",
    # A proxy in front does TLS, as docs/deploy.md says: it sends Strict-Transport-Security,
    "security.W004",
    # and redirects what comes by http.
    "security.W008",
]

CHANNEL_LAYERS = {"default": channel_layer(CHAT)}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Any client can send any Host header: it would fill the log.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
