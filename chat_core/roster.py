"""Who is in which room: in this process, or in Redis for several.

A member is a connection: a name that is there twice is two members. The Redis roster is given its
client and takes its time from Redis, whose clock is one for all processes.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chat_core import protocol_limits
from chat_core.unavailable import UnavailableError


@dataclass(frozen=True, slots=True, order=True)
class Presence:
    """A room as its newest member finds it, that member included.

    `version` rises with every coming and going: what is told of an older one is in this already.
    """

    count: int
    members: list[str]
    """Names, sorted, one for each member; empty above `protocol_limits.PRESENCE_MEMBERS`."""
    version: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Absence:
    """A room that a member has left; `count` members are there still."""

    count: int
    version: int = 0


@dataclass(frozen=True, slots=True, order=True)
class RoomCount:
    """A room with somebody in it."""

    room: str
    members: int


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """A member of a process that died; `count` members are left."""

    room: str
    user: str
    count: int
    version: int = 0


class Roster(Protocol):
    """What both chats keep their members in. Every call may raise UnavailableError."""

    async def join(self, room: str, member: str, user: str) -> Presence:
        """Put a member into a room."""

    async def leave(self, room: str, member: str) -> Absence:
        """Take a member out."""

    async def rooms(self) -> list[RoomCount]:
        """All rooms with somebody in them, by name."""

    async def beat(self) -> list[Departure]:
        """Say that this process lives, and take out the members of those that do not.

        To be called every `protocol_limits.PROCESS_BEAT_SECONDS`. One process is told of each
        departure.
        """

    async def check(self) -> None:
        """Return where the roster can be reached."""

    async def stop(self) -> None:
        """Disconnect. Not called by a server that has no lifespan protocol."""


@dataclass(slots=True)
class MemoryRoster:
    """The rooms of one process."""

    _rooms: dict[str, dict[str, str]] = field(default_factory=dict)
    _version: int = 0

    async def join(self, room: str, member: str, user: str) -> Presence:
        members = self._rooms.setdefault(room, {})
        members[member] = user
        names = [] if len(members) > protocol_limits.PRESENCE_MEMBERS else sorted(members.values())
        self._version += 1
        return Presence(len(members), names, self._version)

    async def leave(self, room: str, member: str) -> Absence:
        members = self._rooms.get(room, {})
        members.pop(member, None)
        if not members:
            self._rooms.pop(room, None)
        self._version += 1
        return Absence(len(members), self._version)

    async def rooms(self) -> list[RoomCount]:
        return [RoomCount(room, len(self._rooms[room])) for room in sorted(self._rooms)]

    async def beat(self) -> list[Departure]:
        return []

    async def check(self) -> None:
        pass

    async def stop(self) -> None:
        pass


class RedisClient(Protocol):
    """The part of `redis.asyncio.Redis` that the roster uses."""

    def eval(self, script: str, numkeys: int, *keys_and_args: Any) -> Awaitable[Any]:
        """Run a Lua script."""

    def ping(self) -> Awaitable[Any]:
        """Answer, or raise."""

    def aclose(self) -> Awaitable[Any]:
        """Disconnect."""


# Keys: PREFIX:rooms, a set; PREFIX:room:ROOM, member → user; PREFIX:of:PROCESS, member → room;
# PREFIX:beats, process → ms of its last beat, by Redis's clock; PREFIX:version, the last one.

# By the clock, so that versions rise also over a restart that loses the last one.
_VERSION = """
local function next_version(prefix)
  local time = redis.call('TIME')
  local last = tonumber(redis.call('GET', prefix .. ':version') or '0')
  local version = math.max(last + 1, time[1] * 1000000 + time[2])
  redis.call('SET', prefix .. ':version', string.format('%.0f', version))
  return version
end
"""

_JOIN = (
    _VERSION
    + """
local prefix, process, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
local room, member, user = ARGV[4], ARGV[5], ARGV[6]
local time = redis.call('TIME')
redis.call('ZADD', prefix .. ':beats', 'NX', time[1] * 1000, process)
redis.call('SADD', prefix .. ':rooms', room)
redis.call('HSET', prefix .. ':room:' .. room, member, user)
redis.call('HSET', prefix .. ':of:' .. process, member, room)
local count = redis.call('HLEN', prefix .. ':room:' .. room)
local version = next_version(prefix)
if count > limit then return {count, version, {}} end
return {count, version, redis.call('HVALS', prefix .. ':room:' .. room)}
"""
)

_LEAVE = (
    _VERSION
    + """
local prefix, process, room, member = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
redis.call('HDEL', prefix .. ':room:' .. room, member)
redis.call('HDEL', prefix .. ':of:' .. process, member)
local count = redis.call('HLEN', prefix .. ':room:' .. room)
if count == 0 then redis.call('SREM', prefix .. ':rooms', room) end
return {count, next_version(prefix)}
"""
)

_ROOMS = """
local rooms = {}
for _, room in ipairs(redis.call('SMEMBERS', ARGV[1] .. ':rooms')) do
  rooms[#rooms + 1] = {room, redis.call('HLEN', ARGV[1] .. ':room:' .. room)}
end
return rooms
"""

# Answers {1 where this process was known, departures}.
_BEAT = (
    _VERSION
    + """
local prefix, process, dead_ms = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000
local known = redis.call('ZADD', prefix .. ':beats', now, process) == 0
local departures = {}
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', prefix .. ':beats', '-inf', now - dead_ms)) do
  local members = redis.call('HGETALL', prefix .. ':of:' .. dead)
  for i = 1, #members, 2 do
    local room = prefix .. ':room:' .. members[i + 1]
    local user = redis.call('HGET', room, members[i])
    redis.call('HDEL', room, members[i])
    local count = redis.call('HLEN', room)
    if count == 0 then redis.call('SREM', prefix .. ':rooms', members[i + 1]) end
    if user then
      departures[#departures + 1] = {members[i + 1], user, count, next_version(prefix)}
    end
  end
  redis.call('DEL', prefix .. ':of:' .. dead)
  redis.call('ZREM', prefix .. ':beats', dead)
end
return {known and 1 or 0, departures}
"""
)


class RedisRoster:
    """The rooms of all processes that share a Redis and a `prefix`.

    `process` names this process and no other, also none before it. `failures` are the errors by
    which the client says that Redis cannot be reached.
    """

    def __init__(
        self,
        client: RedisClient,
        process: str,
        prefix: str,
        failures: tuple[type[Exception], ...] = (OSError,),
    ) -> None:
        self._client = client
        self._process = process
        self._prefix = prefix
        self._failures = failures
        self._own: dict[str, tuple[str, str]] = {}
        self._leaving: dict[str, tuple[str, str]] = {}

    async def join(self, room: str, member: str, user: str) -> Presence:
        self._own[member] = (room, user)
        answer = await self._run(_JOIN, str(protocol_limits.PRESENCE_MEMBERS), room, member, user)
        count, version, names = answer
        return Presence(int(count), sorted(_text(name) for name in names), int(version))

    async def leave(self, room: str, member: str) -> Absence:
        _, user = self._own.pop(member, (room, ""))
        self._leaving[member] = (room, user)  # until Redis has it: else the next beat tells it
        count, version = await self._run(_LEAVE, room, member)
        self._leaving.pop(member, None)
        return Absence(int(count), int(version))

    async def rooms(self) -> list[RoomCount]:
        answer = await self._run(_ROOMS)
        return sorted(RoomCount(_text(room), int(count)) for room, count in answer)

    async def beat(self) -> list[Departure]:
        dead_ms = str(protocol_limits.PROCESS_DEAD_SECONDS * 1000)
        known, departures = await self._run(_BEAT, dead_ms)
        if not known:
            await self._come_back()
        told = [Departure(_text(r), _text(u), int(count), int(v)) for r, u, count, v in departures]
        return told + await self._leave_again()

    async def check(self) -> None:
        try:
            async with asyncio.timeout(protocol_limits.BROKER_ANSWER_SECONDS):
                await self._client.ping()
        except self._failures as exc:
            raise UnavailableError(f"Redis: {exc}") from exc

    async def stop(self) -> None:
        await self._client.aclose()

    async def _leave_again(self) -> list[Departure]:
        """Members that left while Redis was away."""
        departures = []
        for member, (room, user) in tuple(self._leaving.items()):
            absence = await self.leave(room, member)
            departures.append(Departure(room, user, absence.count, absence.version))
        return departures

    async def _come_back(self) -> None:
        """Redis has lost us, by a restart of its own or because we stood still: put all back."""
        for member, (room, user) in tuple(self._own.items()):
            if member in self._own:
                await self._run(_JOIN, str(protocol_limits.PRESENCE_MEMBERS), room, member, user)

    async def _run(self, script: str, *args: str) -> Any:
        try:
            async with asyncio.timeout(protocol_limits.BROKER_ANSWER_SECONDS):
                return await self._client.eval(script, 0, self._prefix, self._process, *args)
        except self._failures as exc:
            raise UnavailableError(f"Redis: {exc}") from exc


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def departures_to_tell(departures: Sequence[Departure]) -> list[Departure]:
    """Those whose room is small enough to be told."""
    return [each for each in departures if each.count <= protocol_limits.PRESENCE_MEMBERS]
