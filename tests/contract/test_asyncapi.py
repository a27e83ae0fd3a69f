"""docs/asyncapi.yaml: a valid AsyncAPI 3.0 document, with schemas that agree with the chats."""

import importlib
import json
import warnings
from typing import Any, get_args

import jsonschema_rs
import pytest

from bench.report.contract import asyncapi, schemas
from chat_core import frames, vectors
from chat_core.handshake import is_room
from chat_core.parameters import Room
from tests.contract.references import references, resolve

DOCUMENT = asyncapi.document()
ENCODINGS = vectors.load("encodings")
ACCEPTED = vectors.load("accepted")
TOLD_BY_THE_SCHEMA = {"unknown_type", "invalid_field", "too_long", "not_an_object"}


def _repeats_a_field(text: str) -> bool:
    """Whether JSON has a field twice; a schema would see only the last one."""
    repeated = []

    def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        repeated.append(len(dict(pairs)) < len(pairs))
        return dict(pairs)

    json.loads(text, object_pairs_hook=note)
    return any(repeated)


REFUSED = [
    case
    for case in vectors.load("refused")
    if case["error"] in TOLD_BY_THE_SCHEMA and not _repeats_a_field(case["sent"])
]


def validator(*names: str) -> jsonschema_rs.Draft7Validator:
    """A validator that accepts values of any of these schemas."""
    one_of = [{"$ref": schemas.SCHEMAS + name} for name in names]
    return jsonschema_rs.Draft7Validator({"anyOf": one_of, "components": DOCUMENT["components"]})


FROM_CLIENT = validator(*(frame.__name__ for frame in schemas.CLIENT_FRAMES))
FROM_SERVER = validator(*(frame.__name__ for frame in schemas.SERVER_FRAMES))


def _models() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the library's own models shadow a name
        return importlib.import_module("asyncapi3.models")


def test_it_is_an_asyncapi_document() -> None:
    _models().AsyncAPI3.model_validate(DOCUMENT)


@pytest.mark.parametrize("part", ["channels", "operations", "components"])
def test_the_validation_sees_every_part(part: str) -> None:
    broken = DOCUMENT | {part: {"x": {"y": "z"}}}
    with pytest.raises(ValueError, match="validation error"):
        _models().AsyncAPI3.model_validate(broken)


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > 20
    for reference in found:
        assert resolve(DOCUMENT, reference)


def test_every_frame_is_a_message_of_the_channel_and_of_one_operation() -> None:
    messages = set(DOCUMENT["components"]["messages"])
    assert len(messages) == len(get_args(frames.ClientFrame | frames.ServerFrame)) + 1
    assert set(DOCUMENT["channels"]["room"]["messages"]) == messages
    used = [resolve(DOCUMENT, m["$ref"])["$ref"].rpartition("/")[2] for m in _operated()]
    assert sorted(used) == sorted(messages)


@pytest.mark.parametrize("case", ENCODINGS, ids=lambda case: case["description"])
def test_a_servers_frame_fits_its_schema(case: dict[str, Any]) -> None:
    FROM_SERVER.validate(case["frame"])


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case["description"])
def test_accepted_frames_fit_a_schema(case: dict[str, Any]) -> None:
    FROM_CLIENT.validate(case["frame"])


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["description"])
def test_refused_frames_fit_no_schema(case: dict[str, Any]) -> None:
    assert not FROM_CLIENT.is_valid(json.loads(case["sent"]))


@pytest.mark.parametrize("vector", ["images_accepted", "images_encodings"])
def test_an_images_header_fits_its_schema(vector: str) -> None:
    for case in vectors.load(vector):
        if "header" in case:
            name = "ImageHeader" if vector == "images_accepted" else "Image"
            validator(name).validate(json.loads(case["header"]))


def test_a_room_fits_its_schema_as_it_fits_the_chats() -> None:
    schema = jsonschema_rs.Draft7Validator(schemas.schema_of(Room))
    for case in vectors.load("handshakes"):
        assert schema.is_valid(case["room"]) == is_room(case["room"]), case["description"]


def test_a_name_and_a_since_fit_their_schemas_as_they_fit_the_chats() -> None:
    query = jsonschema_rs.Draft7Validator(DOCUMENT["channels"]["room"]["bindings"]["ws"]["query"])
    for case in vectors.load("handshakes"):
        if is_room(case["room"]) and case.get("name") is not None:
            said = {key: case[key] for key in ("since",) if key in case}
            said["name"] = case["name"].strip()
            assert query.is_valid(said) == ("user" in case), case["description"]


def _operated() -> list[dict[str, str]]:
    return [m for operation in DOCUMENT["operations"].values() for m in operation["messages"]]
