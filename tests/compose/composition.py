"""`docker-compose.yml` as Compose reads it with an empty environment."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE_FILE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "docker" / "Dockerfile"

_VARIABLE = re.compile(r"\$\{[A-Z_]+:-([^}]*)\}")

Service = dict[str, Any]


@cache
def services() -> dict[str, Service]:
    """All services by name. Raises ValueError for a variable without a default."""
    document = yaml.safe_load(COMPOSE_FILE.read_text("utf-8"))
    found: dict[str, Service] = _with_defaults(document["services"])
    return found


def environment(name: str) -> dict[str, str]:
    """The environment variables of a service."""
    told: dict[str, str] = services()[name].get("environment", {})
    return told


def _with_defaults(value: Any) -> Any:
    match value:
        case dict():
            return {key: _with_defaults(each) for key, each in value.items()}
        case list():
            return [_with_defaults(each) for each in value]
        case str():
            text = _VARIABLE.sub(r"\1", value)
            if "$" in text.replace("$$", ""):
                raise ValueError(
                    f"{value!r}: only ${{NAME:-DEFAULT}} needs nothing to be set first"
                )
            return text.replace("$$", "$")
        case _:
            return value
