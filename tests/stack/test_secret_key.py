"""A missing secret key is generated with a log line; a given key is not logged."""

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack

ARMS = ["channels-uvicorn-memory", "channels-daphne-memory", "fastapi-uvicorn-memory"]


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize(("key", "times"), [("", 1), ("a key", 0)])
def test_a_generated_secret_key_is_logged_once(arm: str, key: str, times: int) -> None:
    with Stack(find_arm(arm), environ={"CHAT_SECRET_KEY": key}) as stack:
        said = stack.children[0].output()
    assert said.count("CHAT_SECRET_KEY is not set") == times
