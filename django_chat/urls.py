"""The HTTP side."""

from django.urls import path

from django_chat import views

urlpatterns = [
    path("healthz", views.healthz),
    path("api/rooms", views.rooms),
    path("client/backends.json", views.backends),
    path("client/<path:path>", views.client_file),
    path("", views.index),
]

handler400 = "django_chat.views.bad_request"
handler404 = "django_chat.views.not_found"
handler500 = "django_chat.views.server_error"
