"""The number of steps, and the pairs of chats."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.differential.running import Databases

_RAM = Path("/dev/shm")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--differential-steps",
        type=int,
        help="take at least so many steps on each pair of chats, others each time",
    )


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """New databases, in memory if the machine has a place for that, because each step commits."""
    parent = _RAM if _RAM.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="differential-", dir=parent))
    yield Databases(folder)
    shutil.rmtree(folder)
