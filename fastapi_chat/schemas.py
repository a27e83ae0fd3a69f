"""The bodies and answers of the HTTP side as Pydantic models, for FastAPI's checks and documents.

tests/contract compares them with the contract.
"""

import re
from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from chat_core import accounts, parameters, protocol_limits

_NUMBER: Final = re.compile(r"[1-9][0-9]*")
_PAST_THE_LAST_SEQ: Final = 10**18
_ROOM: Final = msgspec.json.schema(parameters.Room)["pattern"]


def _canonical(value: object) -> object:
    """Accept only digits: Pydantic's `int` would also accept `+1`, `01` and `1.0`."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError("an integer from 1")
    return value


def _encodable(value: str) -> str:
    """Refuse a lone surrogate: Pydantic detects it only where it counts characters."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "no Unicode text") from None
    return value


def _true(value: object) -> object:
    """Accept only `true`: a Literal would also accept 1."""
    if value is not True:
        raise PydanticCustomError("not_true", "true")
    return value


def _described(kind: Any) -> WithJsonSchema:
    """The contract's schema for a value that a Python function checks."""
    return WithJsonSchema(msgspec.json.schema(kind))


Number = Annotated[int, Field(ge=1, lt=_PAST_THE_LAST_SEQ), BeforeValidator(_canonical)]
Room = Annotated[str, Path(pattern=_ROOM)]
Seq = Annotated[Number, Path()]
Before = Annotated[Number, Query()]
Limit = Annotated[Number, Query()]
Counts = dict[str, int]


class CredentialsBody(BaseModel):
    """The name and the password of a user."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    username: Annotated[
        str,
        AfterValidator(_encodable),
        AfterValidator(accounts.read_username),
        _described(parameters.Name),
    ]
    password: Annotated[
        str,
        Field(
            min_length=protocol_limits.PASSWORD_CODE_POINTS[0],
            max_length=protocol_limits.PASSWORD_CODE_POINTS[1],
            repr=False,
        ),
    ]


class Failure(BaseModel):
    """Every answer that is an error: a code for programs, a sentence for people."""

    code: str
    detail: str


class Health(BaseModel):
    """The server, and whether it is ready; `unavailable` names the part that does not answer."""

    framework: str
    server: str
    fanout: str
    history: str
    version: str
    pid: int
    replica: str = ""
    status: Literal["ok", "unavailable"]
    unavailable: str = ""


class Account(BaseModel):
    """The signed-in user."""

    username: str


class Ticket(BaseModel):
    """Good for one handshake, as the subprotocol `ticket.TICKET`; `expires_in` in seconds."""

    ticket: str
    expires_in: int


class PrivateRoom(BaseModel):
    """A private room that the user makes, or has made."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    room: Annotated[str, Field(pattern=_ROOM)]
    private: Annotated[Literal[True], BeforeValidator(_true)]


class Invitation(BaseModel):
    """Valid for any number of handshakes, as the subprotocol `invitation.INVITATION`.

    `expires_in` in seconds.
    """

    invitation: str
    expires_in: int


class RoomEntry(BaseModel):
    """A room with at least one member."""

    room: str
    members: Annotated[int, Field(ge=1)]


class Message(BaseModel):
    """What a member said; `at` in ms since the epoch, when the server took it.

    In the history, `unsaid` is true and `text` is empty if it was taken back, an image too; and
    `reactions` has the count of each emoji, if there is any.
    """

    type: Literal["message"]
    seq: int | None
    id: str
    user: str
    text: str
    at: int
    unsaid: bool = False
    reactions: Counts = {}


class ImageReference(BaseModel):
    """An image in a replay, as a text frame; HTTP has its `size` bytes at the path `url`.

    `reactions` as of a message.
    """

    type: Literal["image"]
    seq: int
    id: str
    user: str
    mime: str
    name: str
    at: int
    size: int
    url: str
    reactions: Counts = {}


class Backends(BaseModel):
    """Where the browser client finds the chats: framework → origin; and the companion, if any."""

    model_config = ConfigDict(validate_by_name=True)

    this: Annotated[str, Field(alias="self")]
    backends: dict[str, str]
    companion: str | None


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: these statuses have a Failure as answer."""
    return {status: {"model": Failure} for status in statuses}
