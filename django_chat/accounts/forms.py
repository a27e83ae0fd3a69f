"""The bodies of register and login, as forms bound to JSON."""

import json
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.http import HttpRequest

from chat_core import accounts, protocol_limits
from chat_core.accounts import Credentials


class StringField(forms.Field):
    """A string of JSON, unchanged. A CharField would accept numbers, and refuse NUL."""

    empty_values = (None,)

    def to_python(self, value: Any) -> str:
        if not isinstance(value, str) or not _is_text(value):
            raise ValidationError(self.error_messages["required"], code="required")
        return value


class JsonForm(forms.Form):
    """A form bound to a JSON object, whose answer is one error."""

    def refusal(self) -> str:
        """The first error; a missing string comes before an invalid value."""
        found = [error for errors in self.errors.as_data().values() for error in errors]
        found.sort(key=lambda error: error.code != "required")
        return str(found[0].messages[0])


class CredentialsForm(JsonForm):
    """The name and the password of a user."""

    username = StringField(error_messages={"required": accounts.BODY})
    password = StringField(
        error_messages={"required": accounts.BODY},
        validators=[
            MinLengthValidator(protocol_limits.PASSWORD_CODE_POINTS[0], accounts.PASSWORD),
            MaxLengthValidator(protocol_limits.PASSWORD_CODE_POINTS[1], accounts.PASSWORD),
        ],
    )

    def clean_username(self) -> str:
        """The trimmed name, as it is shown."""
        try:
            return accounts.read_username(self.cleaned_data["username"])
        except ValueError as error:
            raise ValidationError(str(error)) from None


def read_credentials(request: HttpRequest) -> Credentials:
    """The body of a register or a login. Raises RefusedCallError with 400."""
    form = CredentialsForm(json_object(request, accounts.BODY))
    if not form.is_valid():
        raise accounts.bad_request(form.refusal())
    return Credentials(form.cleaned_data["username"], form.cleaned_data["password"])


def json_object(request: HttpRequest, takes: str) -> dict[str, Any]:
    """The body, whatever its Content-Type says. Raises RefusedCallError with 400.

    `takes` is the detail of the error for a body that is no JSON object.
    """
    try:
        found = json.loads(request.body)
    except RequestDataTooBig:
        raise accounts.body_too_large() from None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise accounts.bad_request(takes)
    return found


def _is_text(value: str) -> bool:
    """Whether UTF-8 can encode the text; it cannot encode a lone surrogate."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
