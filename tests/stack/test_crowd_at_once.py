"""Hundreds that come and leave at once, over Redis: nobody is told to come back.

A pool of redis-py has 100 connections by default, and refuses the next command with an error. With
a command for each member under way, that was taken for an outage of Redis.
"""

import pytest

from bench.declared.arms import find_arm
from bench.load.crowd_orders import Enter, Leave
from bench.load.crowd_process import CrowdProcess
from bench.stack.machine import pinning
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

MANY = 300


@pytest.mark.redis
@pytest.mark.parametrize(
    "arm", ["channels-uvicorn-redis", "channels-uvicorn-pubsub", "fastapi-uvicorn-redis"]
)
def test_all_of_a_crowd_get_their_welcome(arm: str) -> None:
    stack = Stack(find_arm(arm), environ=BENCHMARK_SETTINGS)
    stack.start()
    try:
        stack.wait_until_healthy()
        everyone = Enter(stack.url, MANY, at_once=MANY, cookie="")
        with CrowdProcess(pinning().generator) as crowd:
            first = crowd.must(everyone)
            crowd.must(Leave())
            # These come while the server still takes the first ones out of their rooms.
            second = crowd.must(everyone)
        assert (first.connected, first.failures) == (MANY, {})
        assert (second.connected, second.failures) == (MANY, {})
    finally:
        stack.stop()
