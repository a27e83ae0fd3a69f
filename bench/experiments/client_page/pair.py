"""Both chats on free ports. Each knows the other's address, and each has a separate history."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

from bench.declared.arms import Arm, find_arm
from bench.stack.ports import free_port
from bench.stack.stack import Stack
from bench.up import chats as up

ARMS: Final = {"django": "channels-daphne-memory", "fastapi": "fastapi-uvicorn-memory"}


def can(arm: Arm) -> str | None:
    """The reason why an arm cannot show the client, or None."""
    return None if arm.kind == "chat" else "a baseline has no page."


def takes_part(arm: Arm, _: str) -> bool:
    """Whether the arm takes part if no arm is named: each framework on its usual server."""
    return arm.id in ARMS.values()


@contextmanager
def running(arms: Mapping[str, Arm], **settings: str) -> Iterator[dict[str, Stack]]:
    """Run the stacks of these arms, by short names, until the block ends. Raises BenchError."""
    ports = {name: free_port() for name in arms}
    environ = up.browser_settings(ports) | settings
    with ExitStack() as opened:
        stacks = {
            name: Stack(arm, port=ports[name], history="sqlite", environ=environ)
            for name, arm in arms.items()
        }
        for stack in stacks.values():
            opened.callback(stack.stop)
            stack.start()
        for stack in stacks.values():
            stack.wait_until_healthy()
        yield stacks


def both() -> dict[str, Arm]:
    """Each framework on its usual server."""
    return {name: find_arm(arm) for name, arm in ARMS.items()}


def named(arm: Arm) -> dict[str, Arm]:
    """One arm, by its short name."""
    return {"fastapi" if arm.framework == "fastapi" else "django": arm}


def origin_of(stack: Stack) -> str:
    """The URL under which a browser opens the client."""
    return f"http://localhost:{stack.port}"
