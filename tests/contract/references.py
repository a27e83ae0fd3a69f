"""References within a document."""

from collections.abc import Iterator
from typing import Any


def references(tree: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    match tree:
        case dict():
            if "$ref" in tree:
                yield tree["$ref"]
            for value in tree.values():
                yield from references(value)
        case list():
            for value in tree:
                yield from references(value)


def resolve(document: Any, reference: str) -> Any:
    """The target of a reference within the document. Raises KeyError if there is none."""
    assert reference.startswith("#/")
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found
