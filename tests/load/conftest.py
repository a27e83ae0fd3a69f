"""A C relay in a separate process."""

from collections.abc import Iterator

import pytest

from bench.experiments.ceiling import relay_process


@pytest.fixture(scope="session")
def relay_url() -> Iterator[str]:
    with relay_process(frozenset(), one_by_one=False) as url:
        yield url
