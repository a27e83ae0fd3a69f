"""The lines of both chats that make a feature, as the pages of docs/side-by-side/ have them."""

from functools import cache
from typing import Any

from bench.declared.essences import Piece, load_essences, numbered_lines
from bench.declared.features import CHATS, CodeObject, Feature, first_line, load_features, source

Json = dict[str, Any]


@cache
def code_of(name: str) -> Json | None:
    """The essence and all objects of a feature in each chat; None for an unknown feature.

    It is read once: the chats that run have the code of their start, too. Raises BenchError.
    """
    feature = next((each for each in load_features() if each.name == name), None)
    if feature is None:
        return None
    return {
        "name": name,
        "about": feature.about,
        "differs": load_essences()[name].differs,
        "page": f"/docs/side-by-side/{name}",
        "chats": [_chat(feature, package) for package in CHATS],
    }


def _chat(feature: Feature, package: str) -> Json:
    return {
        "framework": CHATS[package],
        "essence": [
            _piece(each, package) for each in load_essences()[feature.name].pieces(package)
        ],
        "all": [_object(each) for each in feature.objects[package]],
    }


def _piece(piece: Piece, package: str) -> Json:
    return _place(piece.of(package)) | {"lines": numbered_lines(piece, package)}


def _object(each: CodeObject) -> Json:
    lines = source(each).splitlines()
    return _place(each) | {"lines": list(enumerate(lines, first_line(each)))}


def _place(each: CodeObject) -> Json:
    return {"name": each.name, "path": each.path.as_posix()}
