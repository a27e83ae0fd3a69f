"""Which Host headers name a chat: the same ones as Django's own check has it."""

import pytest
from django.http.request import split_domain_port, validate_host
from hypothesis import example, given
from hypothesis import strategies as st

from chat_core.hosts import host_allowed, served_hosts

HOSTS = served_hosts(
    ["https://Chat.Example:8443".lower(), "http://[fd00::1]:1", "http://10.1.2.3"], ["backend"]
)


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("chat.example", True),
        ("CHAT.example:1", True),
        ("chat.example.", True),
        ("[fd00::1]", True),
        ("[FD00::1]:80", True),
        ("10.1.2.3:80", True),
        ("backend", True),
        ("localhost:8001", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("fd00::1", False),
        ("10.1.2.30", False),
        ("www.chat.example", False),
        ("chat.example:", False),
        ("chat.example:x", False),
        ("chat.example\n", False),
        ("ann@chat.example", False),
        ("", False),
    ],
)
def test_which_hosts_are_served(header: str, allowed: bool) -> None:
    assert host_allowed(header, HOSTS) is allowed


def test_any_host_is_one_where_all_are_allowed() -> None:
    anywhere = served_hosts(["*"], [])
    assert host_allowed("evil.example", anywhere)
    assert not host_allowed("evil example", anywhere)


@given(
    st.text(max_size=20)
    | st.from_regex(r"(localhost|LocalHost\.|chat\.example|\[::1\]|[a-z.\[\]:]{0,8})(:[0-9]{0,6})?")
)
@example("localhost:\u0663")
@example("\u212aelvin")
@example("localhost..")
def test_it_is_what_django_says(header: str) -> None:
    host, _ = split_domain_port(header)
    assert host_allowed(header, HOSTS) is bool(host and validate_host(host, HOSTS))
