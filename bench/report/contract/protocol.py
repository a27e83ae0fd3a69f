"""The contract in words: a template whose tables and numbers come from `chat_core`."""

import json
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, get_args

from msgspec import Struct

from bench.report.contract import examples, schemas, settings
from bench.report.contract.closings import closings
from bench.report.markdown import code, text_table
from chat_core import client_files, frames, protocol_limits
from chat_core.codec import refused
from chat_core.contract import ERRORS
from chat_core.history import REACTION_BYTES
from chat_core.http_contract import CALLS, SESSION_COOKIES, Answer, Call
from chat_core.parameters import Name, Room, Since
from chat_core.settings import Settings

_OWN_WORDS = {"too_large"}  # whose detail names the number, and so is said where that is known


def context() -> dict[str, Any]:
    """What the template's names stand for."""
    return {
        "subprotocol": frames.SUBPROTOCOL,
        "limits": protocol_limits,
        "image_bytes": Settings().max_image_bytes,
        "reaction_bytes": REACTION_BYTES,
        "media_types": _listed(code(each) for each in examples.media_types()),
        "cookies": _listed(f"{code(value)} ({name})" for name, value in SESSION_COOKIES.items()),
        "headers": _listed(code(name) for name in client_files.response_headers(())),
        "http_table": text_table(("call", "", "answers"), [_call(call) for call in CALLS]),
        "handshake_table": _handshake(),
        "client_table": _frames(schemas.CLIENT_FRAMES, examples.client_frame),
        "server_table": _frames(schemas.SERVER_FRAMES, examples.server_frame),
        "parts": [(s.__name__, _fields(s)) for s in (frames.ServerInfo, frames.WelcomeLimits)],
        "image_table": _images(),
        "error_table": _errors(),
        "closing_table": text_table(
            ("code", "when", "reason"),
            [(str(each.code), each.when, "; ".join(each.reasons)) for each in closings()],
        ),
        "settings_table": text_table(
            ("name", "default", "takes", "for"),
            [
                (code(name), code(default) if default else "", takes, about)
                for name, default, takes, about in settings.rows()
            ],
        ),
    }


def _call(call: Call) -> tuple[str, str, str]:
    query = [each.name for each in call.parameters if each.place == "query"]
    path = call.path + ("?" + "&".join(f"{name}=…" for name in query) if query else "")
    takes = ""
    if call.body is not None:
        takes = f" Takes {_shape(call.body)}."
    return code(f"{call.method} {path}"), call.about + takes, _answers(call.answers)


def _answers(answers: Iterable[Answer]) -> str:
    return "; ".join(
        f"{answer.status} " + (" ".join(map(code, answer.codes)) if answer.codes else _body(answer))
        for answer in answers
    )


def _body(answer: Answer) -> str:
    return answer.about if answer.body is None else _shape(answer.body)


def _shape(body: Any) -> str:
    """A body by the names of its fields; frames by their types."""
    if isinstance(body, type) and issubclass(body, Struct):
        return code("{" + ",".join(_field(*each) for each in schemas.fields(body).items()) + "}")
    (items,) = get_args(body)
    if isinstance(items, UnionType):
        return " and ".join(code(schemas.tag(each)) for each in get_args(items)) + " frames"
    return f"a list of {_shape(items)}"


def _field(name: str, takes: str) -> str:
    return f'"{name}"' + ("?" if takes.endswith(schemas.OPTIONAL) else "")


def _handshake() -> str:
    kinds: Mapping[str, Any] = {"room": Room, "name": Name, "since": Since}
    rows = [(code(name), schemas.schema_of(kind)["description"]) for name, kind in kinds.items()]
    return text_table(("", "takes"), rows)


def _frames(structs: Iterable[type[Struct]], example: Any) -> str:
    rows = [
        (code(_json(_brief(example(schemas.tag(s))))), schemas.about(s), _takes(s)) for s in structs
    ]
    return text_table(("frame", "", "fields"), rows)


def _images() -> str:
    rows = [
        (way, code(_json(examples.image_header(vector))), schemas.about(header), _takes(header))
        for way, header, vector in (
            ("up", frames.ImageHeader, "images_accepted"),
            ("down", frames.Image, "images_encodings"),
        )
    ]
    return text_table(("", "header", "", "fields"), rows)


def _fields(struct: type[Struct]) -> str:
    rows = [(code(name), takes) for name, takes in schemas.fields(struct).items()]
    return text_table(("field", schemas.about(struct)), rows)


def _takes(struct: type[Struct]) -> str:
    fields = schemas.fields(struct).items()
    return ", ".join(f"{code(name)} {takes}" for name, takes in fields)


def _errors() -> str:
    rows = [
        (code(each), when, "" if each in _OWN_WORDS else refused(each).error.detail)
        for each, when in ERRORS.items()
    ]
    return text_table(("code", "when", "`detail`"), rows)


def _brief(frame: Mapping[str, Any]) -> dict[str, Any]:
    """A frame whose parts are left out: they have their own table."""
    return {key: "…" if isinstance(value, dict) else value for key, value in frame.items()}


def _json(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace('"…"', "{…}")


def _listed(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
