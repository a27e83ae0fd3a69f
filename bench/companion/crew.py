"""The members of one page on one backend, kept at the wanted number."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from bench.companion.backoff import Backoff
from bench.companion.clock import now_ms
from bench.companion.deliveries import UNTRACKED, Deliveries, Delivery
from bench.companion.frames import RACE, Delivered, Members
from bench.companion.member import Heard, JoinError, Member
from chat_core.close_codes import CloseCode

LATE_S: Final = 5.0
"""A member is late that receives a message so many seconds after the first member or later."""
STALL_S: Final = 5.0
"""How long a member that stalls reads nothing."""
YOUNG_MS: Final = 2000.0
"""A member that came so recently may have come after a message that is here now."""
JOINS_AT_ONCE: Final = 20
JOINS_PER_SECOND: Final = 40
"""A chat takes 50 handshakes a second from one address, and the page needs some of them."""

MOST_PAYLOADS: Final = 512
"""How many frames a crew remembers by their bytes, so that only the first member decodes one."""
_FINAL: Final = (CloseCode.BAD_HANDSHAKE, CloseCode.NOT_SIGNED_IN)
"""Close codes after which another attempt would fail the same way."""


class Places:
    """The number of members that all pages together may have."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    def take(self) -> bool:
        """Take one place; False if all places are taken."""
        if self.taken >= self.most:
            return False
        self.taken += 1
        return True

    def give_back(self) -> None:
        """Give one place back."""
        self.taken -= 1


class Crew:
    """Keeps the number of members that `set` asks for.

    Calls `changed` when `status` changes. Calls `delivered` when all members have a message, and
    before, when the message is late.
    """

    def __init__(
        self,
        backend: str,
        url: str,
        room: str,
        places: Places,
        changed: Callable[[], None],
        delivered: Callable[[Delivered], None],
    ) -> None:
        self.known: dict[bytes, Delivery] = {}
        self.backend = backend
        self._url = url
        self._room = room
        self._places = places
        self._changed = changed
        self._delivered = delivered
        self._deliveries = Deliveries(self._report_delivery)
        self._wanted = 0
        self._members: dict[int, Member] = {}
        """All members by number, also members without a welcome yet."""
        self._inside: set[Member] = set()
        self._trouble: str | None = None
        self._refused = False
        self._backoff = Backoff(random.Random())
        self._wait_s = 0.0
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._keeper = self._loop.create_task(self._keep())

    @property
    def status(self) -> Members:
        """The frame that reports connected and wanted members."""
        return Members(self.backend, len(self._inside), self._wanted, self._trouble)

    def set(self, wanted: int) -> None:
        """Set the wanted number of members. Members that were refused for good may try again."""
        self._wanted = wanted
        self._refused = False
        for number in [each for each in self._members if each > wanted]:
            self._dismiss(number)
        self._wake.set()
        self._report()

    def stall(self) -> None:
        """Let the members of now stop reading, for STALL_S: what comes waits, and they go on."""
        for member in self._inside:
            member.stall(STALL_S)

    async def close(self) -> None:
        """Disconnect all members."""
        self._keeper.cancel()
        self._wanted = 0
        for number in list(self._members):
            self._dismiss(number)
        with suppress(asyncio.CancelledError):
            await self._keeper

    def welcomed(self, member: Member) -> None:
        """A member received its welcome."""
        self._inside.add(member)
        self._report()

    def cut(self, member: Member, words: str, code: int) -> None:
        """A member's connection ended: no delivery waits for it, and it connects again later."""
        self._inside.discard(member)
        self._deliveries.excuse(member)
        if self._members.get(member.number) is member:
            self._forget(member.number)
        self._note_trouble(words, code)

    def understood(self, key: bytes, frame: Heard, at: float) -> Delivery:
        """The first member here received a frame; the crew remembers its bytes from now on."""
        delivery = UNTRACKED
        if frame.type in ("message", "image") and frame.id.startswith(RACE):
            delivery = self._deliveries.find(frame.id) or self._begin(frame, at)
        if len(self.known) >= MOST_PAYLOADS:
            del self.known[next(iter(self.known))]
        self.known[key] = delivery
        return delivery

    def _begin(self, frame: Heard, at: float) -> Delivery:
        due = [each for each in self._inside if _is_due(each, frame, at)]
        delivery = self._deliveries.begin(frame.id, due, at)
        self._loop.call_later(LATE_S, lambda: delivery.pass_limit(now_ms()))
        return delivery

    def _report_delivery(self, delivery: Delivery) -> None:
        if delivery.members:
            self._delivered(
                Delivered(
                    self.backend,
                    delivery.id,
                    delivery.members,
                    delivery.had,
                    delivery.late,
                    delivery.waiting,
                    delivery.first_at,
                    delivery.last_at,
                )
            )

    async def _keep(self) -> None:
        """Connect missing members until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while not self._refused and (missing := self._missing()):
                if self._wait_s:
                    wait, self._wait_s = self._wait_s, 0.0
                    await asyncio.sleep(wait)
                else:
                    batch = missing[:JOINS_AT_ONCE]
                    pause = asyncio.sleep(len(batch) / JOINS_PER_SECOND)
                    await asyncio.gather(*map(self._join, batch), pause)

    def _missing(self) -> list[int]:
        return [each for each in range(1, self._wanted + 1) if each not in self._members]

    async def _join(self, number: int) -> None:
        if not self._places.take():
            self._note_trouble(f"there are {self._places.most} members already, for all pages")
            return
        member = self._members[number] = Member(number, self)
        try:
            await member.join(self._url, self._room, f"Synthetic {number}")
        except JoinError as error:
            if self._members.get(number) is member:
                self._forget(number)
                self._note_trouble(str(error), error.code)

    def _dismiss(self, number: int) -> None:
        member = self._members[number]
        self._forget(number)
        self._inside.discard(member)
        member.leave()
        self._deliveries.excuse(member)

    def _forget(self, number: int) -> None:
        del self._members[number]
        self._places.give_back()

    def _note_trouble(self, words: str, code: int = 0) -> None:
        self._trouble = words
        self._refused = self._refused or code in _FINAL
        if not self._wait_s:
            self._wait_s = self._backoff.next(self._loop.time())
        self._wake.set()
        self._report()

    def _report(self) -> None:
        if len(self._inside) >= self._wanted:
            self._trouble = None
        self._changed()


def _is_due(member: Member, frame: Heard, now: float) -> bool:
    """Whether a message of `now` is for this member: one that joined after it does not get it.

    A history's seq shows that. Without one, the time of the message does, for members that have
    just come: the clock of another machine may be wrong by more.
    """
    if frame.seq is not None and member.seq is not None:
        return member.seq < frame.seq
    # The time of a message is in whole ms.
    return member.welcomed_at < frame.at + 1 or now - member.welcomed_at > YOUNG_MS
