"""What the throttle counts, by itself: in a process, and in a Redis that several share."""

import asyncio
import time
from collections.abc import Callable

import pytest

from bench.engines import RedisEngine
from chat_core.accounts import RefusedCallError, wrong_password
from chat_core.login_throttle import LoginThrottle
from chat_core.rate_limit import Rate

THREE_A_MINUTE = Rate(per_second=3 / 60, burst=3)


async def fail(throttle: LoginThrottle, name: str = "ann", address: str = "192.0.2.1") -> int:
    """The status of a login with a wrong password."""
    try:
        async with throttle.login(name, address):
            raise wrong_password()
    except RefusedCallError as refused:
        return refused.status


async def succeed(throttle: LoginThrottle, name: str = "ann", address: str = "192.0.2.1") -> int:
    """The status of a login with the right one."""
    try:
        async with throttle.login(name, address):
            pass
    except RefusedCallError as refused:
        return refused.status
    return 200


def run(scenario: Callable[[LoginThrottle], object], throttle: LoginThrottle) -> None:
    """Run a scenario in an event loop of its own."""

    async def main() -> None:
        await scenario(throttle)  # type: ignore[misc]

    asyncio.run(main())


def test_after_so_many_failures_the_right_password_is_refused_too() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        assert [await fail(throttle) for _ in range(4)] == [401, 401, 401, 429]
        assert await succeed(throttle) == 429
        assert await succeed(throttle, "bob") == 200

    run(scenario, LoginThrottle(THREE_A_MINUTE))


def test_who_gets_it_right_is_not_counted() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        assert [await succeed(throttle) for _ in range(40)] == [200] * 40

    run(scenario, LoginThrottle(THREE_A_MINUTE))


def test_it_tells_when_to_try_again() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        for _ in range(3):
            await fail(throttle)
        with pytest.raises(RefusedCallError) as refused:
            async with throttle.login("ann", "192.0.2.1"):
                pass
        assert refused.value.code == "too_many_attempts"
        assert refused.value.retry_after is not None
        assert 55 <= refused.value.retry_after <= 60
        assert refused.value.headers == {"Retry-After": str(refused.value.retry_after)}

    run(scenario, LoginThrottle(THREE_A_MINUTE))


def test_the_window_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time

    async def scenario(throttle: LoginThrottle) -> None:
        for later, status in ((0, 401), (30, 401), (31, 401), (59, 429), (61, 401), (62, 429)):
            monkeypatch.setattr(time, "time", lambda later=later: now() + later)
            assert await fail(throttle) == status

    run(scenario, LoginThrottle(THREE_A_MINUTE))


def test_many_at_once_are_no_way_around() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        statuses = await asyncio.gather(*(fail(throttle) for _ in range(20)))
        assert sorted(statuses) == [401] * 3 + [429] * 17

    run(scenario, LoginThrottle(THREE_A_MINUTE))


def test_an_address_may_fail_ten_times_as_often() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        statuses = [await fail(throttle, f"user-{number}") for number in range(32)]
        assert statuses == [401] * 30 + [429] * 2
        assert await succeed(throttle, "ann", "192.0.2.2") == 200

    run(scenario, LoginThrottle(THREE_A_MINUTE))


def test_every_registration_is_counted() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        for number in range(30):
            async with throttle.registration(f"user-{number}", "192.0.2.1"):
                pass
        with pytest.raises(RefusedCallError):
            async with throttle.registration("ann", "192.0.2.1"):
                raise AssertionError("it was let through")
        assert await succeed(throttle) == 200

    run(scenario, LoginThrottle(THREE_A_MINUTE))


def test_off() -> None:
    async def scenario(throttle: LoginThrottle) -> None:
        assert [await fail(throttle) for _ in range(40)] == [401] * 40

    run(scenario, LoginThrottle(None))


@pytest.mark.redis
def test_workers_count_together(redis: RedisEngine) -> None:
    async def main() -> None:
        url = f"redis://{redis.address}"
        one, two = (LoginThrottle(THREE_A_MINUTE, url, "together") for _ in range(2))
        other = LoginThrottle(THREE_A_MINUTE, url, "the other chat")
        assert [await fail(each) for each in (one, two, one, two, one)] == [401] * 3 + [429] * 2
        assert await fail(other) == 401
        for throttle in (one, two, other):
            await throttle.stop()

    asyncio.run(main())


@pytest.mark.redis
def test_while_redis_is_away_each_counts_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    redis = RedisEngine()

    async def main() -> None:
        throttle = LoginThrottle(THREE_A_MINUTE, f"redis://{redis.address}", "away")
        assert await fail(throttle) == 401
        redis.stop()
        assert [await fail(throttle) for _ in range(5)] == [401] * 3 + [429] * 2
        assert await succeed(throttle, "bob") == 200
        redis.restart()
        assert await fail(throttle) == 401  # a Redis that keeps nothing has counted none
        await throttle.stop()

    try:
        asyncio.run(main())
    finally:
        redis.stop()
    assert [record.name for record in caplog.records] == ["chat_core.login_throttle"]
