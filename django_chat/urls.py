"""The HTTP side."""

from django.urls import include, path, re_path

from django_chat import client_views, history_views, views

urlpatterns = [
    path("healthz", views.healthz),
    path("api/", include("django_chat.accounts.urls")),
    path("api/rooms", views.rooms),
    path("api/rooms/<str:room>/messages", history_views.messages),
    path("api/rooms/<str:room>/images/<str:seq>", history_views.image),
    path("client/backends.json", views.backends),
    re_path(r"^client/(?P<path>.*)$", client_views.client_file),
    path("", client_views.client_file),
]

handler400 = "django_chat.errors.bad_request"
handler404 = "django_chat.errors.not_found"
handler500 = "django_chat.errors.server_error"
