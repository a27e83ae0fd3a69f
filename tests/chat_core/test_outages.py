"""An outage is one line for each cause and one for its end."""

import logging

import pytest

from chat_core.outages import OutageLog


@pytest.fixture
def outages() -> OutageLog:
    return OutageLog("database", logging.getLogger("outages"))


def test_an_outage_is_logged_once_for_each_cause_and_at_its_end(
    outages: OutageLog, caplog: pytest.LogCaptureFixture
) -> None:
    outages.ended("read", 0.0)
    for now in range(10, 20):
        outages.began("read", "database: refused", now)
        outages.began("write", "database: full" if now > 15 else "database: refused", now)
    outages.ended("read", 20.0)
    assert (outages.ongoing("read"), outages.ongoing("write")) == (False, True)
    outages.ended("write", 22.0)
    outages.ended("write", 23.0)
    outages.began("read", "database: refused", 30.0)
    lines = ["database: refused", "database: full", "database: back after 12 s"]
    assert caplog.messages == [*lines, "database: refused"]


def test_a_failure_is_logged_once_with_its_traceback(
    outages: OutageLog, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        outages.failed("database: no such table", ValueError("no such table"))
        outages.ended("read", 1.0)
    assert caplog.messages == ["database: no such table"]
    assert "ValueError" in caplog.text


def test_causes_that_always_differ_do_not_fill_the_log(
    outages: OutageLog, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1000):
        outages.began("read", f"database: port {number}", 0.0)
    assert len(caplog.messages) < 50
