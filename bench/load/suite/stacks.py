"""The arms that `chatbench locust` started, as the Locust process hears of them."""

import os
from collections.abc import Iterable, Mapping

import msgspec

from bench.load.options import STACKS_VARIABLE
from bench.stack.stack import Stack


class RunningStack(msgspec.Struct, frozen=True):
    """An arm that runs on this machine, with the pids of its processes by role."""

    url: str
    processes: dict[str, list[int]] = {}
    """The pid of each server process and of each engine; their children belong to them."""


def described(stacks: Iterable[Stack]) -> dict[str, RunningStack]:
    """Running stacks by the ids of their arms."""
    return {each.arm.id: _described(each) for each in stacks}


def encode(stacks: Mapping[str, RunningStack]) -> str:
    """The text for the environment variable."""
    return msgspec.json.encode(stacks).decode()


def running() -> dict[str, RunningStack]:
    """The running arms; none in a Locust that was started without `chatbench`."""
    text = os.environ.get(STACKS_VARIABLE) or "{}"
    found = msgspec.json.decode(text, type=dict[str, RunningStack | str])
    return {arm: RunningStack(it) if isinstance(it, str) else it for arm, it in found.items()}


def _described(stack: Stack) -> RunningStack:
    found = stack.processes()
    processes = {"servers": [child.pid for child in stack.children], "Redis": found.redis}
    if found.postgresql is not None:
        processes["PostgreSQL"] = [found.postgresql]
    return RunningStack(stack.url, {role: pids for role, pids in processes.items() if pids})
