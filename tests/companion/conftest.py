"""Fixtures: a running `chatbench up`, and a page that controls its stacks."""

from collections.abc import Iterator

import pytest

from tests.companion.stacks_page import StacksPage, Up, stacks_page, up


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    with up() as found:
        yield found


@pytest.fixture
def page(running: Up) -> Iterator[StacksPage]:
    with stacks_page(running.companion, running.origin) as opened:
        opened.until("stacks", lambda frame: bool(frame["sides"]))
        yield opened
