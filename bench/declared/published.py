"""Figures that others publish, as `published.toml` declares them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DECLARATIONS = Path(__file__).with_name("published.toml")


@dataclass(frozen=True, slots=True)
class Published:
    """One benchmark of others: the share of messages that came, in per cent, by what was tested."""

    source: str
    title: str
    raw: str
    read: str
    what: str
    delivered: dict[str, float]


@cache
def network() -> Published:
    """What came while members lost their connections again and again."""
    found = tomllib.loads(_DECLARATIONS.read_text("utf-8"))["network"]
    delivered = {each["name"]: float(each["percent"]) for each in found.pop("delivered")}
    return Published(**found, delivered=delivered)
