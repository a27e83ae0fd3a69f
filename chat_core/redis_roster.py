"""The members of rooms, in Redis, for all processes that share it.

The caller gives the client. The time comes from Redis, as one clock for all processes. Each script
declares the keys that it uses. All keys have one hash tag, so that a Redis Cluster keeps them in
one slot.
"""

import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol

from chat_core import protocol_limits
from chat_core.bulkhead import Bulkhead
from chat_core.roster import Absence, Departure, Presence, RoomCount
from chat_core.shared_roster import Join, SharedRoster, Sign
from chat_core.unavailable import UnavailableError

_BURIED_MS: Final = 24 * 3600 * 1000
"""How long Redis remembers that a process was removed and its members were announced as left."""


class Script(Protocol):
    """A Lua script, which the client sends to Redis only once."""

    def __call__(self, *, keys: Sequence[str], args: Sequence[str]) -> Awaitable[Any]:
        """Run it."""


class RedisClient(Protocol):
    """The part of `redis.asyncio.Redis` that the roster uses."""

    def register_script(self, script: str) -> Script:
        """A script that is run by its hash."""

    def hgetall(self, name: str) -> Awaitable[Mapping[Any, Any]]:
        """A hash."""

    def ping(self) -> Awaitable[Any]:
        """Answer, or raise."""

    def aclose(self) -> Awaitable[Any]:
        """Disconnect."""


# A version follows the clock, so that versions rise even after a restart that loses the last one.
_VERSION = """
local function next_version(key)
  local time = redis.call('TIME')
  local last = tonumber(redis.call('GET', key) or '0')
  local version = math.max(last + 1, time[1] * 1000000 + time[2])
  redis.call('SET', key, string.format('%.0f', version))
  return version
end
local function set_count(rooms, room, count)
  if count == 0 then redis.call('HDEL', rooms, room) else redis.call('HSET', rooms, room, count) end
end
"""

_JOIN = """
local beats, dying, rooms, members, own, version = unpack(KEYS)
local process, limit, room, member, user = unpack(ARGV)
local registered = redis.call('ZADD', beats, 'NX', redis.call('TIME')[1] * 1000, process)
redis.call('SREM', dying, process)
local added = redis.call('HSET', members, member, user)
redis.call('HSET', own, member, room)
local count = redis.call('HLEN', members)
set_count(rooms, room, count)
local names = count > tonumber(limit) and {} or redis.call('HVALS', members)
return {registered, added, count, next_version(version), names}
"""

_LEAVE = """
local buried, rooms, members, own, version = unpack(KEYS)
local process, room, member = unpack(ARGV)
local removed = redis.call('HDEL', members, member)
redis.call('HDEL', own, member)
local count = redis.call('HLEN', members)
set_count(rooms, room, count)
local told = removed == 0 and redis.call('ZSCORE', buried, process) and 1 or 0
return {count, next_version(version), told}
"""

# Returns whether the process was known, whether it was removed, and the processes whose members
# must be removed. Separate scripts do that, because the keys of the rooms are known only then.
_BEAT = """
local beats, buried, dying = unpack(KEYS)
local process, dead_ms, buried_ms = unpack(ARGV)
local now = redis.call('TIME')[1] * 1000
local registered = redis.call('ZADD', beats, now, process)
local was_buried = redis.call('ZREM', buried, process)
redis.call('SREM', dying, process)
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', beats, '-inf', now - dead_ms)) do
  redis.call('ZREM', beats, dead)
  redis.call('ZADD', buried, now, dead)
  redis.call('SADD', dying, dead)
end
redis.call('ZREMRANGEBYSCORE', buried, '-inf', now - buried_ms)
return {registered, was_buried, redis.call('SMEMBERS', dying)}
"""

# Removes members of one room, unless their process has come back meanwhile.
_BURY = """
local dying, rooms, members, own, version = unpack(KEYS)
local departures = {}
if redis.call('SISMEMBER', dying, ARGV[1]) == 0 then return departures end
for i = 3, #ARGV do
  local user = redis.call('HGET', members, ARGV[i])
  redis.call('HDEL', members, ARGV[i])
  redis.call('HDEL', own, ARGV[i])
  local count = redis.call('HLEN', members)
  set_count(rooms, ARGV[2], count)
  if user then
    departures[#departures + 1] = {ARGV[i], user, count, next_version(version)}
  end
end
return departures
"""

_BURIED = """
local dying, own = unpack(KEYS)
if redis.call('HLEN', own) == 0 then redis.call('SREM', dying, ARGV[1]) end
"""


class RedisRoster(SharedRoster):
    """The rooms of all processes that share a Redis and a `prefix`.

    `process` is a name that no other process has or had. `failures` are the errors of the client
    during an outage.
    """

    def __init__(
        self,
        client: RedisClient,
        process: str,
        prefix: str,
        failures: tuple[type[Exception], ...] = (OSError,),
    ) -> None:
        super().__init__()
        self._client = client
        self._process = process
        self._tag = f"{{{prefix}}}"
        self._failures: tuple[type[Exception], ...] = (*failures, TimeoutError, ConnectionError)
        self._requests = Bulkhead(self._failures)
        self._beats = f"{self._tag}:beats"  # process -> ms of its last beat
        self._buried_processes = f"{self._tag}:buried"  # process -> ms of its burial
        self._dying = f"{self._tag}:dying"  # processes whose members are being taken out
        self._rooms = f"{self._tag}:rooms"  # room -> members
        self._version = f"{self._tag}:version"  # the last one
        self._join_script = client.register_script(_VERSION + _JOIN)
        self._leave_script = client.register_script(_VERSION + _LEAVE)
        self._beat_script = client.register_script(_BEAT)
        self._bury_script = client.register_script(_VERSION + _BURY)
        self._buried_script = client.register_script(_BURIED)

    async def rooms(self) -> list[RoomCount]:
        """All rooms with members, sorted by name."""
        counts = await self._answer(lambda: self._client.hgetall(self._rooms))
        return sorted(RoomCount(_text(room), int(count)) for room, count in counts.items())

    async def check(self) -> None:
        """Return if the roster answers; otherwise raise UnavailableError."""
        await self._answer(self._client.ping)

    async def stop(self) -> None:
        """Disconnect."""
        await self._client.aclose()

    async def _put_in(self, room: str, member: str, user: str) -> Join:
        keys = [self._beats, self._dying, self._rooms, self._members_of(room)]
        limit = str(protocol_limits.PRESENCE_MEMBERS)
        registered, added, count, version, names = await self._answer(
            lambda: self._join_script(
                keys=[*keys, self._owned_by(self._process), self._version],
                args=[self._process, limit, room, member, user],
            )
        )
        presence = Presence(int(count), sorted(map(_text, names)), int(version))
        return Join(presence, bool(added), bool(registered))

    async def _take_out(self, room: str, member: str) -> Absence:
        own = self._owned_by(self._process)
        keys = [self._buried_processes, self._rooms, self._members_of(room), own, self._version]
        count, version, told = await self._answer(
            lambda: self._leave_script(keys=keys, args=[self._process, room, member])
        )
        return Absence(int(count), int(version), bool(told))

    async def _say_alive(self) -> Sign:
        registered, buried, dying = await self._answer(
            lambda: self._beat_script(
                keys=[self._beats, self._buried_processes, self._dying],
                args=[
                    self._process,
                    str(int(protocol_limits.PROCESS_DEAD_SECONDS * 1000)),
                    str(_BURIED_MS),
                ],
            )
        )
        for process in map(_text, dying):
            await self._bury(process)
        return Sign(not registered, bool(buried))

    async def _bury(self, process: str) -> None:
        """Remove the members of a dead process; only one process gets each departure."""
        own = self._owned_by(process)
        members = await self._answer(lambda: self._client.hgetall(own))
        by_room = sorted((_text(room), _text(member)) for member, room in members.items())
        for room, part in itertools.groupby(by_room, key=lambda each: each[0]):
            keys = [self._dying, self._rooms, self._members_of(room), own, self._version]
            args = [process, room, *(member for _, member in part)]
            gone = await self._answer(partial(self._bury_script, keys=keys, args=args))
            self._departures += [
                Departure(room, _text(user), int(count), int(version), _text(member))
                for member, user, count, version in gone
            ]
        await self._answer(lambda: self._buried_script(keys=[self._dying, own], args=[process]))

    def _members_of(self, room: str) -> str:
        """The key of a room's members: member -> user."""
        return f"{self._tag}:room:{room}"

    def _owned_by(self, process: str) -> str:
        """The key of a process's members: member -> room."""
        return f"{self._tag}:of:{process}"

    async def _answer(self, request: Callable[[], Awaitable[Any]]) -> Any:
        """Raises UnavailableError."""
        try:
            return await self._requests.run(request)
        except self._failures as exc:
            raise UnavailableError(f"Redis: {exc}") from exc


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
