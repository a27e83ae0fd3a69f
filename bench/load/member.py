"""One connection to a chat. `Member.on_ws_frame` is the only code that runs once a frame."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from bench.load.ledger import Account, RoomLedger
from bench.load.messages import Encode, header_of, heard, id_of, prefix_of, read_id
from bench.load.recorder import Recorder, Window, clock

if TYPE_CHECKING:
    from bench.load.groups import Group

_EMPTY: dict[bytes, tuple[int, int, int]] = {}
_NOTHING = _EMPTY.get

KNOWN_MESSAGES = 2048
KNOWN_BYTES = 32 * 1024**2
"""How many decoded payloads a room remembers, and how large they may be together; all its members
receive the same bytes."""


class Room:
    """The members of one room in this process, with the room's ledger."""

    def __init__(self, name: str, run: str, window: Window, group: "Group") -> None:
        self.name = name
        self.group = group
        self.prefix = prefix_of(run, name)
        self._run = prefix_of(run, "")[:-1]
        self.ledger = RoomLedger(window.tally)
        self.known: dict[bytes, tuple[int, int, int]] = {}
        """Payload to (slot, number, due ns)."""
        self._known_bytes = 0

    def read(self, identifier: str) -> tuple[int, int, int] | None:
        """The (slot, number, due ns) of a message that this process sent, or None."""
        message = read_id(self.prefix, identifier)
        senders = self.ledger.senders
        if message is None or not 0 <= message[0] < len(senders):
            return None
        return message if 0 <= message[1] < senders[message[0]].sent else None

    def count_unknown(self, identifier: str) -> None:
        """Count a message that this process did not send."""
        if identifier.startswith(self._run):
            self.ledger.tally.unexpected += 1
        else:
            self.ledger.tally.foreign += 1

    def remember(self, payload: bytes, message: tuple[int, int, int]) -> None:
        """Remember this payload for the other members, which receive it, too."""
        self._known_bytes += len(payload)
        if len(self.known) >= KNOWN_MESSAGES or self._known_bytes > KNOWN_BYTES:
            self.known.clear()
            self._known_bytes = len(payload)
        self.known[payload] = message


@dataclass(frozen=True, slots=True)
class Disconnect:
    """A connection that ended without a call of `leave`."""

    member: str
    room: str
    code: int
    reason: str
    at_ns: int
    group: str = ""
    kind: str = ""

    @property
    def cause(self) -> str:
        """The cause of loss in the ledger."""
        return f"closed {self.code}"


@dataclass(slots=True)
class Hooks:
    """The callbacks from a member to the plane."""

    welcomed: Callable[["Member"], None]
    cut: Callable[["Member", Disconnect], None]
    errors: dict[str, int] = field(default_factory=dict)


class Member(WSListener):
    """A member of a room: a connection, and the account of what it received."""

    __slots__ = (
        "_account",
        "_binary",
        "_chunk",
        "_chunk_end",
        "_close",
        "_due",
        "_hooks",
        "_known",
        "_leaving",
        "_next",
        "_parts",
        "_record",
        "_transport",
        "encode",
        "kind",
        "name",
        "room",
        "slot",
        "talks",
        "welcome",
    )

    def __init__(
        self,
        room: Room,
        name: str,
        recorder: Recorder,
        hooks: Hooks,
        *,
        talks: bool,
        encode: Encode | None = None,
        kind: str = "",
    ) -> None:
        """`encode` makes the frames of this member's messages; the default is the plane's.

        Its arrivals and misses are counted by its `kind`.
        """
        super().__init__()
        self.encode = encode
        self.kind = kind
        self.room = room
        self.name = name
        self.talks = talks
        self.slot = -1
        self.welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hooks = hooks
        self._transport: WSTransport | None = None
        self._account: Account | None = None
        self._close = (1006, "")
        self._leaving = False
        self._parts: list[bytes] = []
        self._binary = False
        # Bound once, because they are called for every frame or chunk.
        self._known: Callable[[bytes], tuple[int, int, int] | None] = _NOTHING
        self._next: list[int] = []
        arrivals = recorder.stream(kind)
        self._due = arrivals.due_ns
        self._record = arrivals.due_ns.append
        self._chunk = arrivals.chunk_ns.append
        self._chunk_end = arrivals.chunk_ends.append

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        message = self._known(frame.get_payload_as_bytes()) or self._listen(transport, frame)
        if message is not None:
            slot, number, due_ns = message
            following = self._next
            if following[slot] == number:
                following[slot] = number + 1
                self._record(due_ns)
            else:
                self._irregular(slot, number, due_ns)
        if frame.last_in_buffer:
            self._chunk(clock())
            self._chunk_end(len(self._due))

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        if self._leaving:
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if self._leaving:
            return
        if not self.welcome.done():
            code, reason = self._close
            words = f": {reason}" if reason else ""
            self.welcome.set_exception(ConnectionError(f"closed with {code}{words}"))
            # Nobody waits for it if the join was given up, and then it would be logged at the exit.
            self.welcome.exception()
        elif self._account is not None:
            where = self.room.group.name, self.kind
            ended = Disconnect(self.name, self.room.name, *self._close, clock(), *where)
            self.room.ledger.cut(self._account, ended.cause)
            self._ignore_frames()
            self._hooks.cut(self, ended)

    def pause_writing(self) -> None:
        """The server reads slowly: sent messages wait here, and their latency shows it."""

    def resume_writing(self) -> None:
        """The server reads again."""

    def say(self, due_ns: int, encode: Encode) -> None:
        """Send a message with this due time; a member that is away owes it instead."""
        room = self.room
        if self._account is None:
            room.ledger.withhold()
            return
        assert self._transport is not None
        if self.slot < 0:
            self.slot = room.ledger.enrol()
        number = room.ledger.send(self.slot)
        identifier = id_of(room.prefix, self.slot, number, due_ns)
        self._transport.send(*encode(identifier))

    def read(self, *, reading: bool) -> None:
        """Take what the server sends, or leave it in the buffers. Nothing after the end."""
        if self._transport is not None and self._account is not None:
            stream = self._transport.underlying_transport
            if reading:
                stream.resume_reading()
            else:
                stream.pause_reading()

    def leave(self) -> None:
        """Leave and disconnect; later arrivals do not count."""
        self._leaving = True
        if self._account is not None:
            self.room.ledger.leave(self._account)
            self._ignore_frames()
            if self.slot >= 0:
                self.room.ledger.senders[self.slot].left = True
        if self._transport is not None:
            self._transport.send_close(1000)  # type: ignore[arg-type]
            self._transport.disconnect()

    @property
    def done(self) -> bool:
        """Whether a leave loses nothing: no gap here, and this member's messages are with all."""
        account, ledger = self._account, self.room.ledger
        if account is None:
            return True
        return account.whole and (self.slot < 0 or ledger.arrived_everywhere(self.slot))

    @property
    def account(self) -> Account | None:
        """The account from the welcome until the member left; None before and after."""
        return self._account

    def _ignore_frames(self) -> None:
        self._account = None
        self._known = _NOTHING

    def _irregular(self, slot: int, number: int, due_ns: int) -> None:
        assert self._account is not None
        if self._account.arrive(slot, number):
            self._record(due_ns)

    def _listen(self, transport: WSTransport, frame: WSFrame) -> tuple[int, int, int] | None:
        """Decode a frame that the room does not remember; None unless it is a message."""
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            self._on_close(transport, frame)
        elif kind == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        else:
            if kind != WSMsgType.CONTINUATION:
                self._binary = kind == WSMsgType.BINARY
            self._parts.append(frame.get_payload_as_bytes())
            if frame.fin:
                payload = b"".join(self._parts)
                self._parts.clear()
                return self._on_data(payload)
        return None

    def _on_close(self, transport: WSTransport, frame: WSFrame) -> None:
        payload = frame.get_payload_as_bytes()
        if len(payload) >= 2:
            self._close = int.from_bytes(payload[:2], "big"), payload[2:].decode(errors="replace")
        else:
            self._close = 1005, ""
        transport.send_close(1000)  # type: ignore[arg-type]
        transport.disconnect()

    def _on_data(self, payload: bytes) -> tuple[int, int, int] | None:
        ledger = self.room.ledger
        try:
            frame = heard(header_of(payload) if self._binary else payload)
        except msgspec.DecodeError:
            ledger.tally.unexpected += 1
            return None
        if frame.type in ("message", "image"):
            return self._on_message(payload, frame.id)
        if frame.type == "welcome":
            self._on_welcome()
        elif frame.type == "error":
            self._on_error(frame.code, frame.id)
        return None

    def _on_message(self, payload: bytes, identifier: str) -> tuple[int, int, int] | None:
        if self._account is None:
            return None
        message = self.room.read(identifier)
        if message is None:
            self.room.count_unknown(identifier)
            return None
        if len(self.room.ledger.receivers) > 1:
            self.room.remember(payload, message)
        return message

    def _on_welcome(self) -> None:
        if not (self.welcome.done() or self._leaving):
            self._account = self.room.ledger.join(self.kind)
            self._next = self._account.next_number
            self._known = self.room.known.get
            self.welcome.set_result(None)
            self._hooks.welcomed(self)

    def _on_error(self, code: str, identifier: str) -> None:
        self._hooks.errors[code] = self._hooks.errors.get(code, 0) + 1
        message = self.room.read(identifier)
        if message is not None:
            slot, number, _ = message
            self.room.ledger.senders[slot].refused[number] = code
