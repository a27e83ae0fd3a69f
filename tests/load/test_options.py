"""The answer to a wrong value names the option, the value, and what the option takes."""

import random
import re

import msgspec
import pytest

from bench.load.arrivals import PoissonArrivals
from bench.load.cell import Cell
from bench.load.options import ACCEPTED

_BY_NAME = {option.name: option for option in ACCEPTED}


@pytest.mark.parametrize("text", ["inf", "nan", "-1", "-0.1", "", "1e9", "1001", "fast", "1e400"])
def test_a_wrong_rate_is_answered_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="--rate takes a number from 0 to 1000, not ") as raised:
        _BY_NAME["rate"].read(text)
    assert repr(text) in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("room-size", "0", "--room-size takes a whole number from 1 to 1000000, not '0'."),
        ("room-size", "2.5", "--room-size takes a whole number from 1 to 1000000, not '2.5'."),
        ("rooms", "-1", "--rooms takes a whole number from 0 to 1000000, not '-1'."),
        ("payload", "4001", "--payload takes a whole number from 1 to 4000, not '4001'."),
        ("payload", "", "--payload takes a whole number from 1 to 4000, not ''."),
    ],
)
def test_a_wrong_size_is_answered_in_words_and_not_clamped(
    name: str, text: str, words: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        _BY_NAME[name].read(text)


@pytest.mark.parametrize("name", list(_BY_NAME))
def test_the_default_and_both_ends_are_taken(name: str) -> None:
    option = _BY_NAME[name]
    for value in (option.lowest, option.highest, option.default):
        text = str(int(value) if option.whole else value)
        assert option.read(text) == value


@pytest.mark.parametrize("rate", ["1e400", "-1", "1001", "null"])
def test_a_cell_with_a_wrong_rate_cannot_be_read(rate: str) -> None:
    steps = f'[{{"rate":{rate},"seconds":1}}]'
    text = '{"url":"","load":{"user":"Idle","users":1},"steps":' + steps + "}"
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(text, type=Cell)


@pytest.mark.parametrize("rate", [float("inf"), float("nan"), -1.0])
def test_a_schedule_refuses_a_rate_that_never_ends(rate: float) -> None:
    with pytest.raises(ValueError, match="a rate is a number from 0 on"):
        PoissonArrivals(rate, 0, random.Random(1))


def test_a_schedule_goes_on_at_any_rate() -> None:
    arrivals = PoissonArrivals(1e15, 0, random.Random(1))
    assert len(list(arrivals.due(1000))) < 1000
