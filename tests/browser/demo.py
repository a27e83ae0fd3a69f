"""Both chats with their companion, as `chatbench up` starts them."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.up.companion_process import CompanionProcess
from tests.browser.conftest import Chats


@contextmanager
def demo(company_room: str = "") -> Iterator[tuple[Chats, CompanionProcess]]:
    """Start them; in `company_room`, synthetic people talk."""
    with CompanionProcess() as companion, Chats(CHAT_COMPANION=companion.origin) as chats:
        companion.start(chats.origins, chats.origins.values(), company_room)
        companion.wait_until_healthy()
        yield chats, companion
