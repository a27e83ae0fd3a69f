"""The application that a server is given by name."""

import contextlib
import gc
import importlib
from typing import Any


def load(name: str) -> Any:
    """The object with this name, as MODULE:ATTRIBUTE."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def load_for_good(name: str) -> None:
    """Import the application, and take all that is imported out of the garbage collection.

    These objects live as long as the process. A full collection would look at all of them, and stop
    the process much longer. If the import fails, the server will say so when it imports the
    application.
    """
    with contextlib.suppress(ImportError, AttributeError, ValueError):
        load(name)
    gc.freeze()
    gc.enable()
