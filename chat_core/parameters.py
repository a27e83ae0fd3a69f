"""The parts of a URL as types; the documents show their JSON Schemas."""

from typing import Annotated, Final

from msgspec import Meta

from chat_core import protocol_limits
from chat_core.names import BIDI_CONTROLS, UNSEEN

_CONTROL: Final = rf"\x00-\x1f\x7f-\x9f{BIDI_CONTROLS}"

Room = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z0-9_-]{{1,{protocol_limits.ROOM_CHARACTERS}}}$",
        description=f"1 to {protocol_limits.ROOM_CHARACTERS} of A-Z a-z 0-9 _ -",
    ),
]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=protocol_limits.NAME_CODE_POINTS,
        pattern=rf"^[^{_CONTROL}]*[^\s{_CONTROL}{UNSEEN}][^{_CONTROL}]*$",
        description=(
            f"1 to {protocol_limits.NAME_CODE_POINTS} code points once white space around is "
            "trimmed, at least one of them seen, no control characters"
        ),
    ),
]
Since = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,18}$",
        description=(
            "an integer from 0: replay what came after this `seq`; nothing where no history is kept"
        ),
    ),
]
Seq = Annotated[int, Meta(ge=1, lt=10**18, description="a message's number in its room")]
Limit = Annotated[
    int,
    Meta(
        ge=1,
        lt=10**18,
        description=f"how many messages; at most {protocol_limits.HISTORY_PAGE_MESSAGES} come",
    ),
]
