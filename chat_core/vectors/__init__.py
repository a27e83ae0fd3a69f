"""The contract as data: frames taken, frames refused, encodings, handshakes."""

import base64
import json
from importlib.resources import files
from typing import Any


def load(name: str) -> list[dict[str, Any]]:
    """The cases of `NAME.json`, long strings written out, each with what is sent as `sent`."""
    document = json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
    return [_written_out(case) for case in document["cases"]]


def _written_out(case: dict[str, Any]) -> dict[str, Any]:
    case = {key: _repeated(value) for key, value in case.items()}
    if "raw_base64" in case:
        case["sent"] = base64.b64decode(case["raw_base64"])
    elif "raw_parts" in case:
        case["sent"] = "".join(case["raw_parts"])
    elif "raw" in case:
        case["sent"] = case["raw"]
    elif "frame" in case:
        case["sent"] = json.dumps(case["frame"], ensure_ascii=False)
    return case


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
