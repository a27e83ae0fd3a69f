"""The HTTP side of `chat.v1` as data: parameters and possible answers of each call."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from chat_core import accounts, protocol_limits
from chat_core.frames import ImageReference, Message, ServerInfo
from chat_core.parameters import Limit, Name, Room, Seq

SESSION_COOKIES: Final = {
    "django-channels": "chat_channels_session",
    "fastapi": "chat_fastapi_session",
}
"""Cookies are per host and not per port, so the session cookies of the two chats differ in name."""

Status = Literal["ok", "unavailable"]
Media = Literal["application/json", "text/html", "image/*", "*/*"]
Password = Annotated[
    str,
    Meta(
        min_length=protocol_limits.PASSWORD_CODE_POINTS[0],
        max_length=protocol_limits.PASSWORD_CODE_POINTS[1],
        description="its length is in code points",
    ),
]


class Failure(Struct, frozen=True):
    """Every answer that is an error: a code for programs, a sentence for people."""

    code: str
    detail: str


class Health(ServerInfo, frozen=True, kw_only=True):
    """The server, and whether it is ready; `unavailable` names the part that does not answer."""

    status: Status
    unavailable: str = ""


class CredentialsBody(Struct, frozen=True):
    """The name and the password of a user."""

    username: Name
    password: Password


class Account(Struct, frozen=True):
    """The signed-in user."""

    username: str


class Ticket(Struct, frozen=True):
    """Valid for one handshake, as the subprotocol `ticket.TICKET`; `expires_in` in seconds."""

    ticket: str
    expires_in: int


class PrivateRoom(Struct, frozen=True):
    """A private room that the user makes, or has made."""

    room: Room
    private: Annotated[bool, Meta(extra_json_schema={"const": True})]


class Invitation(Struct, frozen=True):
    """Valid for any number of handshakes, as the subprotocol `invitation.INVITATION`.

    `expires_in` in seconds.
    """

    invitation: str
    expires_in: int


class RoomEntry(Struct, frozen=True):
    """A room with at least one member."""

    room: str
    members: Annotated[int, Meta(ge=1)]


class Backends(Struct, frozen=True):
    """Where the browser client finds the chats: framework → origin; and the companion, if any."""

    self: str
    backends: dict[str, str]
    companion: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One status; `body` is the type of the JSON, None without JSON."""

    status: int
    about: str
    body: Any = None
    media: Media = "application/json"
    codes: tuple[str, ...] = ()
    """Of a Failure."""
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the URL; `kind` is its type."""

    name: str
    place: Literal["path", "query"]
    kind: Any


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the contract's HTTP table."""

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    about: str
    answers: tuple[Answer, ...]
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    signed_in: bool = False
    """Whether the call needs a signed-in user."""

    @property
    def changes(self) -> bool:
        """Whether the call changes something, and therefore checks the Origin."""
        return self.method != "GET"


def failed(status: int, about: str, *codes: str) -> Answer:
    """An answer with a Failure."""
    return Answer(status, about, Failure, codes=codes)


def refused(refusal: accounts.RefusedCallError) -> Answer:
    """The answer of a RefusedCallError."""
    return failed(refusal.status, refusal.detail, refusal.code)


_AWAY: Final = failed(
    503, "the database or the broker does not answer, or there is no database", "unavailable"
)
_FOREIGN: Final = failed(403, "the Origin is not allowed", "origin_not_allowed")
_FIELDS: Final = failed(400, "the body, or a field in it, is not valid", "bad_request")
_NOBODY: Final = refused(accounts.not_signed_in())
_NO_GUESTS: Final = replace(_NOBODY, about="guests are not allowed, and no user is signed in")
_OFTEN: Final = replace(refused(accounts.too_many_attempts(1)), headers=("Retry-After",))
_BAD_ROOM: Final = failed(400, "the room is not valid", "bad_request")
_NO_ROOM: Final = failed(404, "there is no such private room of the user", "not_found")
_STRANGER: Final = failed(404, "the room is private, and the user is not a member", "not_found")
_ROOM: Final = Parameter("room", "path", Room)

CALLS: Final[tuple[Call, ...]] = (
    Call(
        "health",
        "GET",
        "/healthz",
        "The server's description, and whether its database and its broker answer.",
        (Answer(200, "the server is ready", Health), Answer(503, "a part does not answer", Health)),
    ),
    Call(
        "register",
        "POST",
        "/api/register",
        "Make an account, and sign in.",
        (
            Answer(200, "the account is made", Account, headers=("Set-Cookie",)),
            _FIELDS,
            _FOREIGN,
            refused(accounts.name_taken()),
            _OFTEN,
            _AWAY,
        ),
        body=CredentialsBody,
    ),
    Call(
        "login",
        "POST",
        "/api/login",
        "Sign in; an unknown user and a wrong password get the same answer, after the same time.",
        (
            Answer(200, "signed in", Account, headers=("Set-Cookie",)),
            _FIELDS,
            refused(accounts.wrong_password()),
            _FOREIGN,
            _OFTEN,
            _AWAY,
        ),
        body=CredentialsBody,
    ),
    Call(
        "logout",
        "POST",
        "/api/logout",
        "End the session, and close its sockets with 4401.",
        (Answer(204, "signed out"), _FOREIGN, _AWAY),
    ),
    Call(
        "me",
        "GET",
        "/api/me",
        "The signed-in user.",
        (Answer(200, "the user", Account), _NOBODY, _AWAY),
        signed_in=True,
    ),
    Call(
        "ticket",
        "POST",
        "/api/ticket",
        f"A ticket for one handshake within {protocol_limits.TICKET_SECONDS} s, bound to the user.",
        (Answer(200, "a ticket", Ticket), _NOBODY, _FOREIGN, _AWAY),
        signed_in=True,
    ),
    Call(
        "rooms",
        "GET",
        "/api/rooms",
        "The rooms that have members, by name; private ones for their members alone.",
        (Answer(200, "the rooms", list[RoomEntry]), _NO_GUESTS, _AWAY),
    ),
    Call(
        "make_room",
        "POST",
        "/api/rooms",
        "Make a private room, which is the user's; it must have no messages and no members.",
        (
            Answer(201, "the room is made", PrivateRoom),
            _FIELDS,
            _NOBODY,
            _FOREIGN,
            refused(accounts.room_taken()),
            refused(accounts.too_many_rooms()),
            _AWAY,
        ),
        body=PrivateRoom,
        signed_in=True,
    ),
    Call(
        "invite",
        "POST",
        "/api/rooms/{room}/invitations",
        "An invitation to a private room of the user, for any number of handshakes within "
        f"{protocol_limits.INVITATION_SECONDS} s.",
        (
            Answer(200, "an invitation", Invitation),
            _BAD_ROOM,
            _NOBODY,
            _FOREIGN,
            _NO_ROOM,
            refused(accounts.too_many_invitations()),
            _AWAY,
        ),
        (_ROOM,),
        signed_in=True,
    ),
    Call(
        "withdraw",
        "DELETE",
        "/api/rooms/{room}/invitations",
        "Withdraw all invitations to a private room of the user; its members stay.",
        (
            Answer(204, "no invitation is valid any more"),
            _BAD_ROOM,
            _NOBODY,
            _FOREIGN,
            _NO_ROOM,
            _AWAY,
        ),
        (_ROOM,),
        signed_in=True,
    ),
    Call(
        "messages",
        "GET",
        "/api/rooms/{room}/messages",
        "A room's newest messages (before a `seq`), oldest first; none without a history.",
        (
            Answer(200, "the messages", list[Message | ImageReference]),
            failed(400, "a parameter is not valid", "bad_request"),
            _NO_GUESTS,
            _STRANGER,
            _AWAY,
        ),
        (_ROOM, Parameter("before", "query", Seq), Parameter("limit", "query", Limit)),
    ),
    Call(
        "image",
        "GET",
        "/api/rooms/{room}/images/{seq}",
        "The bytes of an image in the history.",
        (
            Answer(200, "the image; its first bytes decide its type", media="image/*"),
            _NO_GUESTS,
            failed(404, "there is no image with this seq for this user", "not_found"),
            _AWAY,
        ),
        (_ROOM, Parameter("seq", "path", Seq)),
    ),
    Call(
        "backends",
        "GET",
        "/client/backends.json",
        "Where the browser client finds the chats.",
        (Answer(200, "the origins of the chats", Backends),),
    ),
    Call(
        "index",
        "GET",
        "/",
        "The browser client.",
        (Answer(200, "the page of the client", media="text/html"),),
    ),
    Call(
        "client_file",
        "GET",
        "/client/{file}",
        "A file of the browser client.",
        (
            Answer(200, "the file", media="*/*"),
            failed(404, "there is no such file", "not_found"),
        ),
        (Parameter("file", "path", str),),
    ),
)
"""All calls, in the order of the contract's table."""
