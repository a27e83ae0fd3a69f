from typing import Any


def register(events: Any) -> None: ...
