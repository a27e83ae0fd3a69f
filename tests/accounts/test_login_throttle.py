"""What the login throttle counts: in one process, and in a Redis that several processes share."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from limits.aio.storage import MemoryStorage

import django_chat.accounts.login_counts
import fastapi_chat.accounts.login_counts
from bench.stack.engines import RedisEngine
from chat_core.accounts import RefusedCallError, wrong_password
from chat_core.login_throttle import LoginThrottle
from chat_core.rate_limit import Rate
from chat_core.settings import Settings
from chat_core.unavailable import UnavailableError

THREE_A_MINUTE = Rate(per_second=3 / 60, burst=3)
ADDRESS = "192.0.2.1"

Maker = Callable[[Settings], LoginThrottle]
DJANGO: Maker = django_chat.accounts.login_counts.make_throttle
FASTAPI: Maker = fastapi_chat.accounts.login_counts.make_throttle


def in_memory(rate: Rate | None = THREE_A_MINUTE) -> LoginThrottle:
    return LoginThrottle(rate, MemoryStorage())


@asynccontextmanager
async def over_redis(make: Maker, redis: RedisEngine) -> AsyncIterator[LoginThrottle]:
    environ = {"CHAT_FANOUT": f"redis://{redis.address}", "CHAT_LOGIN_LIMIT": "3/60s"}
    throttle = make(Settings.from_environ(environ, ("redis",), ("standard",)))
    yield throttle
    await throttle.stop()


async def fail(throttle: LoginThrottle, name: str = "ann", address: str = ADDRESS) -> int:
    """The status of a login with a wrong password."""
    try:
        async with throttle.login(name, address, time.time()):
            await asyncio.sleep(0)  # lets other attempts run meanwhile
            raise wrong_password()
    except RefusedCallError as refused:
        return refused.status


async def succeed(throttle: LoginThrottle, name: str = "ann", address: str = ADDRESS) -> int:
    """The status of a login with the right password."""
    try:
        async with throttle.login(name, address, time.time()):
            await asyncio.sleep(0)
    except RefusedCallError as refused:
        return refused.status
    return 200


async def register(throttle: LoginThrottle, name: str, address: str = ADDRESS) -> int:
    """The status of a registration."""
    try:
        async with throttle.registration(name, address, time.time()):
            pass
    except RefusedCallError as refused:
        return refused.status
    return 200


def run(scenario: Callable[[LoginThrottle], object], throttle: LoginThrottle) -> None:
    """Run a scenario in a new event loop."""

    async def main() -> None:
        await scenario(throttle)  # type: ignore[misc]

    asyncio.run(main())


def test_after_so_many_failures_the_right_password_is_refused_too() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        assert [await fail(throttle) for _ in range(4)] == [401, 401, 401, 429]
        assert await succeed(throttle) == 429
        assert await succeed(throttle, "bob") == 200

    run(scenario, in_memory())


def test_guesses_from_another_address_do_not_lock_the_owner_out() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        statuses = [await fail(throttle, address="192.0.2.2") for _ in range(40)]
        assert statuses == [401] * 3 + [429] * 37
        assert await succeed(throttle) == 200

    run(scenario, in_memory())


def test_guesses_from_many_addresses_are_refused() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        statuses = [await fail(throttle, address=f"192.0.2.{number}") for number in range(32)]
        assert statuses == [401] * 30 + [429] * 2

    run(scenario, in_memory())


def test_an_address_may_fail_ten_times_as_often() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        statuses = [await fail(throttle, f"user-{number}") for number in range(32)]
        assert statuses == [401] * 30 + [429] * 2
        assert await succeed(throttle, "ann", "192.0.2.2") == 200

    run(scenario, in_memory())


def test_a_successful_login_is_not_counted() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        assert [await fail(throttle) for _ in range(2)] == [401] * 2
        assert [await succeed(throttle) for _ in range(40)] == [200] * 40
        assert [await fail(throttle) for _ in range(2)] == [401, 429]

    run(scenario, in_memory())


def test_a_login_without_a_password_check_is_not_counted() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        for _ in range(40):
            with pytest.raises(UnavailableError):
                async with throttle.login("ann", ADDRESS, time.time()):
                    raise UnavailableError("the database")
        assert await fail(throttle) == 401

    run(scenario, in_memory())


def test_a_login_of_a_client_that_disconnects_is_counted() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        async def log_in() -> None:
            async with throttle.login("ann", ADDRESS, time.time()):
                looked_at.set()
                await asyncio.Event().wait()

        for _ in range(3):
            looked_at = asyncio.Event()
            attempt = asyncio.create_task(log_in())
            await looked_at.wait()
            attempt.cancel()
        assert await succeed(throttle) == 429

    run(scenario, in_memory())


def test_a_refusal_says_when_to_try_again() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        for _ in range(3):
            await fail(throttle)
        with pytest.raises(RefusedCallError) as refused:
            async with throttle.login("ann", ADDRESS, time.time()):
                pass
        assert refused.value.code == "too_many_attempts"
        assert refused.value.retry_after is not None
        assert 55 <= refused.value.retry_after <= 60
        assert refused.value.headers == {"Retry-After": str(refused.value.retry_after)}

    run(scenario, in_memory())


def test_a_count_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time

    async def scenario(throttle: LoginThrottle) -> None:
        for later, status in ((0, 401), (30, 401), (31, 401), (59, 429), (61, 401), (62, 401)):
            monkeypatch.setattr(time, "time", lambda later=later: now() + later)
            assert await fail(throttle) == status

    run(scenario, in_memory())


def test_simultaneous_logins_do_not_evade_the_limit() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        statuses = await asyncio.gather(*(fail(throttle) for _ in range(20)))
        assert sorted(statuses) == [401] * 3 + [429] * 17
        many = await asyncio.gather(*(fail(throttle, f"u{n}", "192.0.2.9") for n in range(100)))
        assert sorted(many) == [401] * 30 + [429] * 70

    run(scenario, in_memory())


def test_every_registration_is_counted() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        statuses = [await register(throttle, f"user-{number}") for number in range(31)]
        assert statuses == [200] * 30 + [429]
        assert await succeed(throttle) == 200
        assert await register(throttle, "ann", "192.0.2.2") == 200

    run(scenario, in_memory())


def test_without_a_rate_no_login_is_refused() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        assert [await fail(throttle) for _ in range(400)] == [401] * 400

    run(scenario, in_memory(None))


@pytest.mark.redis
def test_workers_count_together_and_the_chats_apart(redis: RedisEngine) -> None:
    async def main() -> None:
        async with (
            over_redis(DJANGO, redis) as one,
            over_redis(DJANGO, redis) as two,
            over_redis(FASTAPI, redis) as other,
        ):
            assert [await fail(each) for each in (one, two, one, two)] == [401] * 3 + [429]
            statuses = await asyncio.gather(
                *(fail(each, f"user-{n}") for n in range(50) for each in (one, two))
            )
            assert sorted(statuses) == [401] * 27 + [429] * 73
            assert [await succeed(other) for _ in range(40)] == [200] * 40
            assert await fail(other) == 401

    asyncio.run(main())


@pytest.mark.redis
@pytest.mark.parametrize("make", [DJANGO, FASTAPI], ids=["django", "fastapi"])
def test_during_an_outage_of_redis_each_process_counts_for_itself(
    make: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    redis = RedisEngine()

    async def main() -> None:
        async with over_redis(make, redis) as throttle:
            assert await fail(throttle) == 401
            redis.stop()
            assert [await fail(throttle) for _ in range(5)] == [401] * 3 + [429] * 2
            assert await succeed(throttle, "bob") == 200
            redis.restart()
            assert await fail(throttle) == 401  # a Redis that keeps nothing has counted none

    try:
        asyncio.run(main())
    finally:
        redis.stop()
    assert [record.name for record in caplog.records] == ["chat_core.login_throttle"]
