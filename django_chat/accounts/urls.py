"""The calls of accounts, under `api/`."""

from django.urls import path

from django_chat.accounts import views

urlpatterns = [
    path("register", views.register),
    path("login", views.login),
    path("logout", views.logout),
    path("me", views.me),
    path("ticket", views.ticket),
]
