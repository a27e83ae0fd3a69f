"""The data plane: all members, and windows of measurement.

Everything here belongs to one event loop. A window's messages are the messages with a due time in
the window. They are sent even if they are late. The result is settled after a drain. The drain
waits until all messages have arrived, or until nothing arrived for `QUIET_S` seconds.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

import picows

from bench.load.cell import Step, step_result
from bench.load.groups import Group
from bench.load.joining import JOIN_S, connect, words
from bench.load.ledger import SILENT, STILL_COMING
from bench.load.member import Disconnect, Hooks, Member, Room
from bench.load.messages import Content, encoder
from bench.load.recorder import Recorder, Window, clock
from bench.load.talk import Talk

FLUSH_S = 0.02
QUIET_S = 1.0
DRAIN_POLL_S = 0.02
SETTLED_S = 0.1
RETIRE_S = 5.0
HANDSHAKES_AT_ONCE = 50

_NS = 1_000_000_000


class JoinError(Exception):
    """A member could not join; the text is one sentence."""


class Plane:
    """All members of this process."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.recorder = Recorder()
        self.disconnects: list[Disconnect] = []
        self.hooks = Hooks(self._welcomed, self._cut)
        self._loop = loop
        self._groups = {"": Group()}
        self._talk = Talk(loop, self.recorder, self._groups[""])
        self._replaced: dict[Member, Member] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._handshakes = asyncio.Semaphore(HANDSHAKES_AT_ONCE)
        self._flusher = loop.create_task(self._flush_often())
        self.start(Content(), seed=1)

    def start(self, content: Content, seed: int) -> None:
        """Begin a run without rooms and counts; every message has this content."""
        self._run = secrets.token_hex(3)
        self.turn("")
        self.carry(content)
        self._talk.seed(seed)
        for group in self._groups.values():
            for member in list(group.away):
                self.leave(member)
            group.rooms.clear()
        self.disconnects = []
        self.hooks.errors.clear()
        self.recorder.flush()
        self.recorder.window = Window()

    @property
    def members(self) -> set[Member]:
        """The connected members of the group that has its turn."""
        return self._talk.group.members

    @property
    def talkers(self) -> int:
        """How many members of this group send messages."""
        return len(self._talk.group.talkers)

    @property
    def away(self) -> set[Member]:
        """The members of this group that were cut off, until they are replaced or leave."""
        return self._talk.group.away

    @property
    def rooms(self) -> dict[str, Room]:
        """The rooms of the group that has its turn."""
        return self._talk.group.rooms

    def carry(self, content: Content) -> None:
        """Have every message from now on carry this content."""
        self._talk.carry(content)

    def turn(self, group: str) -> None:
        """Have this group talk from now on; the members of other groups stay, in silence."""
        self.recorder.flush()
        self._talk.turn(self._group(group))

    async def join(
        self,
        url: str,
        room_name: str,
        name: str,
        *,
        talks: bool,
        group: str = "",
        replaces: Member | None = None,
        content: Content | None = None,
        ticket: str = "",
        kind: str = "",
    ) -> Member:
        """Connect, and wait for the welcome. `url` is the server's URL: http://127.0.0.1:8001.

        With the welcome, `replaces` is no longer away. Messages of a member with a `content` carry
        this one. With a `ticket` the member joins with an account. Its arrivals are counted by its
        `kind`. Raises JoinError.
        """
        joined = self._group(group)
        room = joined.rooms.get(room_name)
        if room is None:
            room = Room(room_name, self._run, self.recorder.window, joined)
            joined.rooms[room_name] = room
        encode = None if content is None else encoder(content)
        member = Member(
            room, name, self.recorder, self.hooks, talks=talks, encode=encode, kind=kind
        )
        if replaces is not None:
            self._replaced[member] = replaces
        async with self._handshakes:
            try:
                # The member answers a PING, because it must see the last frame of each chunk.
                await connect(member, url, room.name, name, ticket, enable_auto_pong=False)
                async with asyncio.timeout(JOIN_S):
                    await member.welcome
            except TimeoutError:
                member.leave()
                raise JoinError(f"{url} sent no welcome within {JOIN_S:g} s") from None
            except (OSError, picows.WSError) as error:
                raise JoinError(f"{url} cannot be joined: {words(error)}") from error
            except asyncio.CancelledError:
                member.leave()
                raise
            finally:
                self._replaced.pop(member, None)
        return member

    def leave(self, member: Member) -> None:
        """Disconnect a member; messages in flight to it are no longer expected."""
        group = member.room.group
        if member in group.members:
            group.members.discard(member)
            self._silence(member)
            member.leave()
        elif member in group.away:
            group.away.discard(member)
            self._silence(member)
            member.room.ledger.forget(member.kind)

    def retire(self, member: Member) -> None:
        """Silence a member; it leaves as soon as nothing is lost by that, or after `RETIRE_S`."""
        self._silence(member)
        task = self._loop.create_task(self._leave_when_done(member))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    def check(self) -> None:
        """Raise the error that ended the counting of arrivals, if there is one."""
        if self._flusher.done():
            self._flusher.result()

    def leave_all(self) -> None:
        """Let everybody go, of all groups."""
        for group in self._groups.values():
            for member in [*group.members, *group.away]:
                self.leave(member)

    async def settle(self, limit_s: float) -> None:
        """Wait until no more frames arrive: `joined` frames may come long after the joins."""
        start_ns = clock()
        while True:
            self.recorder.flush()
            now = clock()
            last_ns = max(self.recorder.last_frame_ns, start_ns)
            if now - last_ns > SETTLED_S * _NS or now - start_ns > limit_s * _NS:
                return
            await asyncio.sleep(DRAIN_POLL_S)

    def talk(self, rate: float) -> None:
        """Have every talking member send `rate` messages a second from now on; 0: none."""
        self._talk.start(rate, clock())

    def open_window(self, rate: float) -> Window:
        """Begin a window at this rate (messages a second of each member)."""
        self.recorder.flush()
        window = Window(clock())
        for room in self.rooms.values():
            room.ledger.open_window(window.tally)
        self.recorder.window = window
        self._talk.start(rate, window.start_ns)
        return window

    def open_slot(self, messages: int, seconds: float, lead_s: float) -> Window:
        """Begin a window in which this number of messages is due at random times, and no more.

        The first message can be due after `lead_s`.
        """
        window = self.open_window(0.0)
        window.start_ns += int(lead_s * _NS)
        self._talk.start_fixed(messages, window.start_ns, seconds)
        return window

    def close_window(self) -> Window:
        """Send all due messages, then send nothing more."""
        window = self.recorder.window
        now = clock()
        self._talk.end(now)
        self.recorder.flush()
        window.end_ns = now
        return window

    async def drain(self, limit_s: float) -> None:
        """Wait until all expected messages arrived, or none arrive; then settle the ledger."""
        end = self._loop.time() + limit_s
        heard, quiet_since = -1, self._loop.time()
        cause = SILENT
        while not self._all_came():
            now = self._loop.time()
            if self.recorder.messages != heard:
                heard, quiet_since = self.recorder.messages, now
            if now - quiet_since > QUIET_S:
                break
            if now > end:
                cause = STILL_COMING
                break
            await asyncio.sleep(DRAIN_POLL_S)
            self.recorder.flush()
        for room in self.rooms.values():
            room.ledger.settle(cause=cause)

    async def measure(
        self, step: Step, drain_s: float, announce: Callable[[str, int], None]
    ) -> dict[str, Any]:
        """Measure one window, drain and settle. Announces "window_start" and "window_end" in ns."""
        window = self.open_window(step.rate)
        announce("window_start", window.start_ns)
        cpu_ns = time.process_time_ns()
        await asyncio.sleep((window.start_ns - clock()) / _NS + step.seconds)
        window = self.close_window()
        cpu_ns = time.process_time_ns() - cpu_ns
        announce("window_end", window.end_ns)
        await self.drain(drain_s)
        self.check()
        wall_s = (window.end_ns - window.start_ns) / _NS
        return step_result(step, window, cpu_ns / _NS, wall_s)

    async def close(self) -> None:
        """Disconnect all members and stop."""
        for task in (self._flusher, *self._retiring):
            task.cancel()
        self.talk(0)
        self._talk.close()
        self.leave_all()
        # One more turn of the loop: the close frames must be on the wire before the loop ends.
        await asyncio.sleep(0)

    def _group(self, name: str) -> Group:
        return self._groups.setdefault(name, Group(name))

    def _welcomed(self, member: Member) -> None:
        member.room.group.welcomed(member)
        if (replaced := self._replaced.get(member)) is not None:
            self.leave(replaced)
        self._talk.resume()

    def _cut(self, member: Member, ended: Disconnect) -> None:
        member.room.group.cut(member)
        self.disconnects.append(ended)
        if member.slot >= 0:
            member.room.ledger.senders[member.slot].closed = ended.cause

    def _silence(self, member: Member) -> None:
        if member.room.group.silence(member):
            self._talk.resume()

    async def _leave_when_done(self, member: Member) -> None:
        end = self._loop.time() + RETIRE_S
        while not member.done and self._loop.time() < end:  # noqa: ASYNC110  (no event for this)
            await asyncio.sleep(DRAIN_POLL_S)
        self.leave(member)

    def _all_came(self) -> bool:
        tally = self.recorder.window.tally
        return tally.delivered + tally.lost >= tally.expected

    async def _flush_often(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            self.recorder.flush()
