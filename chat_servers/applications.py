"""The application that a server is given by name."""

import importlib
from typing import Any


def load(name: str) -> Any:
    """The object with this name, as MODULE:ATTRIBUTE."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)
