"""The structs of `chat_core` as JSON Schemas; their docstrings are the descriptions."""

import inspect
import re
from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from chat_core import frames, protocol_limits

SCHEMAS = "#/components/schemas/"

CLIENT_FRAMES: tuple[type[msgspec.Struct], ...] = get_args(frames.ClientFrame)
SERVER_FRAMES: tuple[type[msgspec.Struct], ...] = tuple(
    frame for frame in get_args(frames.ServerFrame) if frame is not frames.Image
)
"""The text frames; images are binary frames in both directions."""
OPTIONAL = " (may be missing)"
IMAGE_HEADERS = (frames.ImageHeader, frames.Image)


def components(structs: Iterable[Any]) -> dict[str, Any]:
    """The schemas of these structs and of the structs in their fields, by name."""
    _, found = msgspec.json.schema_components(structs, ref_template=SCHEMAS + "{name}")
    return {name: _in_order(found[name]) for name in sorted(found)}


def schema_of(kind: Any) -> dict[str, Any]:
    """The schema of one type; a struct becomes a reference."""
    (found,), _ = msgspec.json.schema_components([kind], ref_template=SCHEMAS + "{name}")
    return found


def reference(struct: type[msgspec.Struct]) -> dict[str, str]:
    """A reference to a struct's schema."""
    return {"$ref": SCHEMAS + struct.__name__}


def about(described: object) -> str:
    """The docstring on one line, without the marks of a literal's end."""
    return re.sub(r"\s+", " ", inspect.getdoc(described) or "")


def tag(struct: type[msgspec.Struct]) -> str:
    """The `type` of a frame."""
    found = msgspec.inspect.type_info(struct)
    assert isinstance(found, msgspec.inspect.StructType)
    return str(found.tag)


def fields(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The fields of a struct without `type`, each with its accepted values in words."""
    found = components([struct])[struct.__name__]
    required = set(found.get("required", ()))
    return {
        name: _takes(schema) + ("" if name in required else OPTIONAL)
        for name, schema in found["properties"].items()
        if name != "type"
    }


def _takes(schema: dict[str, Any]) -> str:
    match schema:
        case {"$ref": ref}:
            return str(ref).removeprefix(SCHEMAS)
        case {"anyOf": parts}:
            return " or ".join(map(_takes, parts))
        case {"enum": values}:
            ours = set(values) == set(protocol_limits.REACTIONS)
            return "one of `limits.reactions`" if ours else "one of the codes below"
        case {"type": "string", "minLength": least, "maxLength": most}:
            return f"string of {least} to {most}"
        case {"type": "string", "maxLength": most}:
            return f"string of at most {most}"
        case {"type": "array", "items": items}:
            return f"array of {_takes(items)}"
        case _:
            return str(schema["type"])


def _in_order(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without a title that repeats its name, and with the description on one line."""
    found = {key: value for key, value in schema.items() if key != "title"}
    if "description" in found:
        found["description"] = re.sub(r"\s+", " ", found["description"])
    return found
