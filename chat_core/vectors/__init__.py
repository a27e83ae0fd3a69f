"""The contract as data: frames and images that are accepted, refused and encoded; handshakes."""

import base64
import json
from importlib.resources import files
from typing import Any


def load(name: str) -> list[dict[str, Any]]:
    """The cases of `NAME.json` with long strings written out; `sent` is the data to send."""
    document = json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
    return [_written_out(case) for case in document["cases"]]


def _written_out(case: dict[str, Any]) -> dict[str, Any]:
    case = {key: _repeated(value) for key, value in case.items()}
    if "image_hex" in case or "frame_hex" in case:
        case["sent"] = _image(case)
    elif "raw_base64" in case:
        case["sent"] = base64.b64decode(case["raw_base64"])
    elif "raw_parts" in case:
        case["sent"] = "".join(case["raw_parts"])
    elif "raw" in case:
        case["sent"] = case["raw"]
    elif "frame" in case:
        case["sent"] = json.dumps(case["frame"], ensure_ascii=False)
    return case


def _image(case: dict[str, Any]) -> bytes:
    """A binary frame, also with a length that is not the header's."""
    if "frame_hex" in case:
        return bytes.fromhex(case["frame_hex"])
    text = case.get("header") or "".join(case.get("header_parts", ()))
    header = bytes.fromhex(case["header_hex"]) if "header_hex" in case else text.encode()
    length = case.get("length", len(header))
    frame: bytes = length.to_bytes(4, "big") + header + bytes.fromhex(case["image_hex"])
    return frame


def _repeated(value: Any) -> Any:
    match value:
        case {"repeat": str(text), "times": int(times)}:
            return text * times
        case dict():
            return {key: _repeated(each) for key, each in value.items()}
        case list():
            return [_repeated(each) for each in value]
        case _:
            return value
