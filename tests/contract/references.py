"""References within a document."""

from collections.abc import Iterator
from typing import Any


def references(tree: Any) -> Iterator[str]:
    """Every `$ref` of a document, wherever it stands."""
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
    """What a reference within the document leads to. Raises KeyError where there is nothing."""
    assert reference.startswith("#/")
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found
