"""The HTTP side."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from django_chat import client_views, history_views, private_room_views, views
from django_chat.administration.static_files import static_file

urlpatterns = [
    path("healthz", views.healthz),
    path("api/", include("django_chat.accounts.urls")),
    path("api/rooms", views.rooms),
    path("api/rooms/<str:room>/messages", history_views.messages),
    path("api/rooms/<str:room>/invitations", private_room_views.invitations),
    path("api/rooms/<str:room>/images/<str:seq>", history_views.image),
    path("client/backends.json", views.backends),
    re_path(r"^client/(?P<path>.*)$", client_views.client_file),
    path("", client_views.client_file),
]

if apps.is_installed("django.contrib.admin"):
    urlpatterns += [
        path("admin", RedirectView.as_view(url="/admin/")),
        path("admin/", admin.site.urls),
        path("static/<path:path>", static_file),
    ]

handler400 = "django_chat.errors.bad_request"
handler404 = "django_chat.errors.not_found"
handler500 = "django_chat.errors.server_error"
