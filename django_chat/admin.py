"""Accounts, rooms, messages and reactions in Django's admin.

All but accounts can be looked at, not changed: the seqs of a room have no hole, and the members
would not be told.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from chat_core.accounts import digest
from django_chat.accounts.models import Account, Session
from django_chat.models import Invitation, Message, Reaction, Room, RoomMember


class ViewOnly:
    """Shows what there is."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ViewOnlyAdmin(ViewOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # no generic while it runs
    """A table that can only be looked at."""


class RoomMemberInline(ViewOnly, admin.TabularInline):  # type: ignore[type-arg]  # as above
    """The accounts that were let into a private room."""

    model = RoomMember
    extra = 0


class InvitationInline(ViewOnly, admin.TabularInline):  # type: ignore[type-arg]  # as above
    """The invitations to a private room, without their digests."""

    model = Invitation
    fields = ("expires_at",)
    extra = 0


@admin.register(Room)
class RoomAdmin(ViewOnlyAdmin):
    """A room, how many messages it has, and who may enter if it is private."""

    list_display = ("name", "newest", "private", "owner")
    list_select_related = ("owner",)
    list_filter = ("private",)
    search_fields = ("name",)
    inlines = (RoomMemberInline, InvitationInline)
    ordering = ("name",)


class ReactionInline(ViewOnly, admin.TabularInline):  # type: ignore[type-arg]  # as above
    """The emojis that members have put to a message."""

    model = Reaction


@admin.register(Message)
class MessageAdmin(ViewOnlyAdmin):
    """A text, or an image by its name."""

    list_display = ("room_id", "seq", "user", "text", "mime", "name", "unsaid")
    search_fields = ("=room__name", "=user", "text")
    inlines = (ReactionInline,)
    ordering = ("-pk",)
    show_full_result_count = False  # a history is long, and counting reads all of it


@admin.register(Account)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # no generic while it runs
    """Django's own for users, with the fields that accounts have."""

    ordering = ("username",)
    search_fields = ("username",)
    list_display = ("username", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            "Permissions",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
    )

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        """An account that was changed has to sign in again: its name or rights may be others."""
        own = digest(request.session.session_key or "")
        Session.objects.filter(account=obj).exclude(session_key=own).delete()
        return super().log_change(request, obj, message)
