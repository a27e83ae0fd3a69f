"""The numbers of the wire contract that are not settings."""

from typing import Final, Literal, get_args

ROOM_CHARACTERS: Final = 64
NAME_CODE_POINTS: Final = 32
ID_CHARACTERS: Final = 64
TEXT_CODE_POINTS: Final = 4000
FILE_NAME_CODE_POINTS: Final = 255
FIRST_PRINTABLE: Final = 0x20

PASSWORD_CODE_POINTS: Final = (8, 256)
TICKET_SECONDS: Final = 30
INVITATION_SECONDS: Final = 24 * 60 * 60

PRIVATE_ROOMS: Final = 100
OPEN_INVITATIONS: Final = 100
"""The largest numbers of one account. Each process may exceed them by one."""

REPLAY_MESSAGES: Final = 1000
"""The largest replay. A member further behind gets a `gap` first."""

HISTORY_PAGE_MESSAGES: Final = 200

PRESENCE_MEMBERS: Final = 50
"""Above this many members, a room gets no `joined` and `left`."""

TYPING_PER_SECOND: Final = 1

MISBEHAVIOUR_PER_SECOND: Final = 50
MISBEHAVIOUR_BURST: Final = 1000
"""Error frames one connection may cause before it is closed with 1008."""

FRAME_OVERHEAD_BYTES: Final = 64 * 1024
"""Bytes of a frame above the image itself: the header and its length."""

Emoji = Literal["👍", "❤️", "😂", "😮", "😢", "🎉", "🙏", "👀"]
REACTIONS: Final[tuple[Emoji, ...]] = get_args(Emoji)
"""The reactions to messages, in the order in which they are shown."""

PROCESS_BEAT_SECONDS: Final = 5
PROCESS_DEAD_SECONDS: Final = 15
"""A process without a beat for this long counts as dead, and its members have left. The others know
within `PROCESS_DEAD_SECONDS + PROCESS_BEAT_SECONDS`, which is less than 30 s."""

GROUP_EXPIRY_SECONDS: Final = 120
"""How long a channel stays in a group of Channels' core layer when no beat renews it."""

EVICT_SECONDS: Final = 60
"""How long a reader that was too slow may take to read up to its close frame."""

BROKER_ANSWER_SECONDS: Final = 2.5
"""How long sending, joining and leaving wait for the broker; then this counts as an outage."""

BROKER_REQUESTS: Final = 32
"""How many requests of one kind to the broker a process has under way; more wait for their turn.
redis-py's pools have at most 100 connections and refuse a further request with an error, so a few
hundred members that came at once were told to come back."""

BROKER_PING_SECONDS: Final = 1.0
BROKER_SILENT_SECONDS: Final = 5.0
"""How often a process pings itself, and after how long without an arrival the subscription counts
as lost."""
