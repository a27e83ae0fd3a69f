"""Deliberate differences, and where the differential test must find each of them."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mutant:
    """A chat with one deliberate error.

    `name` is the name of a function in `planted_CHAT.py`. `topics` select the rules that must find
    the error. `shows` is a pattern of the report. `make test` plants one mutant for each topic, and
    `make test-all` plants all of them.
    """

    name: str
    chat: str
    topics: frozenset[str]
    shows: str
    further: bool = False
    """Whether `make test` leaves it out, because another mutant is found by the same rules."""


def _mutant(name: str, chat: str, topics: str, shows: str, further: bool = False) -> Mutant:
    return Mutant(name, chat, frozenset(topics.split()), shows, further)


MUTANTS: Final = (
    _mutant("text_limit_is_one_less", "channels", "presence say", "too_long", further=True),
    _mutant("nobody_is_told_who_left", "channels", "presence", "waits for left"),
    _mutant("typing_comes_back", "channels", "presence typing", '"type":"typing"', further=True),
    _mutant("who_vanished_is_counted", "channels", "presence", '"type":"left"', further=True),
    _mutant(
        "text_is_escaped_as_html", "channels", "presence say", "&(lt|amp|quot|#x27);", further=True
    ),
    _mutant("history_drops_nul", "channels", "presence say history", r"\\x00|\\\\u0000"),
    _mutant("nothing_is_acknowledged", "channels", "presence say", '"type":"ack"', further=True),
    _mutant(
        "images_lose_their_last_byte", "channels", "presence images", '"type":"image"', further=True
    ),
    _mutant("replay_starts_one_later", "fastapi", "presence replay", '"type":"message"'),
    _mutant("reactions_are_one_too_many", "fastapi", "presence say", "reactions", further=True),
    _mutant("bad_since_is_closed_with_4401", "fastapi", "replay", "4401", further=True),
    _mutant("history_page_is_one_less", "fastapi", "presence say history", "limit=", further=True),
    _mutant("errors_have_no_id", "fastapi", "presence malformed", '"type":"error"'),
    _mutant("mime_is_believed", "fastapi", "presence images", '"mime":', further=True),
    _mutant("refused_messages_take_a_seq", "fastapi", "presence malformed", '"seq":', further=True),
    _mutant("anybody_takes_back", "fastapi", "presence say", '"id":"back"', further=True),
    _mutant("tickets_are_good_twice", "fastapi", "tickets", "4401 .*ticket", further=True),
    _mutant("invitations_are_for_every_room", "fastapi", "private", "4403"),
    _mutant(
        "sockets_outlive_their_session", "fastapi", "sign_in", "waits for closed", further=True
    ),
)
