"""The body of a call that makes a private room, as a form bound to JSON."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest

from chat_core import accounts
from chat_core.handshake import ROOM
from chat_core.history_query import PARAMETERS
from django_chat.accounts.forms import JsonForm, StringField, json_object


class TrueField(forms.Field):
    """JSON's `true`. A BooleanField would also accept a text."""

    def to_python(self, value: Any) -> bool:
        if value is not True:
            raise ValidationError(self.error_messages["required"], code="required")
        return True


class RoomForm(JsonForm):
    """A private room."""

    room = StringField(
        error_messages={"required": accounts.ROOM_BODY},
        validators=[RegexValidator(rf"\A{ROOM.pattern}\Z", PARAMETERS["room"])],
    )
    private = TrueField(error_messages={"required": accounts.ROOM_BODY})


def read_room(request: HttpRequest) -> str:
    """The name of the room that a call wants to make. Raises RefusedCallError with 400."""
    form = RoomForm(json_object(request, accounts.ROOM_BODY))
    if not form.is_valid():
        raise accounts.bad_request(form.refusal())
    room: str = form.cleaned_data["room"]
    return room
