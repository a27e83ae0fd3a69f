"""FastAPI's own `/openapi.json` says what the contract says, and its page of it works."""

from typing import Any

import pytest

from bench.report.contract import openapi
from chat_core.http_contract import CALLS
from tests.contract.conftest import Backend
from tests.contract.references import references, resolve

CONTRACT = openapi.document()
DESCRIBED = [call for call in CALLS if call.answers[0].media not in ("text/html", "*/*")]
"""All but the files of the browser client: they are no part of the API."""
WORDS = ("title", "description", "discriminator")
"""What a schema says to people, and what it says twice."""


@pytest.fixture(scope="module")
def document(backends: tuple[Backend, ...]) -> dict[str, Any]:
    """As FastAPI sends it."""
    answer = backends[1].http.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        assert resolve(document, reference)


def test_the_calls_are_those_of_the_contract(document: dict[str, Any]) -> None:
    described = {(path, method) for path, found in document["paths"].items() for method in found}
    assert described == {(call.path, call.method.lower()) for call in DESCRIBED}


@pytest.mark.parametrize("call", DESCRIBED, ids=lambda call: call.name)
def test_a_call_is_as_in_the_contract(document: dict[str, Any], call: Any) -> None:
    theirs, ours = (each["paths"][call.path][call.method.lower()] for each in (document, CONTRACT))
    assert _parameters(document, theirs) == _parameters(CONTRACT, ours)
    assert _body(document, theirs) == _body(CONTRACT, ours)
    assert _answers(document, theirs) == _answers(CONTRACT, ours)
    assert bool(theirs.get("security")) == bool(ours.get("security"))


def test_who_is_signed_in_is_told_by_the_same_cookie(document: dict[str, Any]) -> None:
    (scheme,) = document["components"]["securitySchemes"].values()
    assert scheme == CONTRACT["components"]["securitySchemes"]["fastapi"]


def test_a_difference_is_noticed(document: dict[str, Any]) -> None:
    messages = document["paths"]["/api/rooms/{room}/messages"]["get"]
    shown = _parameters(document, messages)
    assert shown["limit"][2]["minimum"] == 1
    assert {400, 401, 503} < _answers(document, messages).keys()


def _parameters(document: Any, operation: Any) -> dict[str, Any]:
    return {
        each["name"]: (each["in"], each["required"], _given(_plain(document, each["schema"])))
        for each in operation.get("parameters", ())
    }


def _given(schema: Any) -> Any:
    """What a parameter takes where it is given; FastAPI says that it may be null otherwise."""
    match schema:
        case {"options": [one], "nullable": True}:
            return one
        case _:
            return schema


def _body(document: Any, operation: Any) -> Any:
    body = operation.get("requestBody")
    return body and (body["required"], _schemas(document, body))


def _answers(document: Any, operation: Any) -> dict[int, Any]:
    """The schema of each status's JSON; a failure's codes are not compared."""
    return {
        int(status): _schemas(document, _followed(document, answer))
        for status, answer in operation["responses"].items()
    }


def _schemas(document: Any, described: Any) -> Any:
    found = described.get("content", {}).get("application/json")
    return found and _plain(document, found["schema"])


def _followed(document: Any, tree: Any) -> Any:
    return resolve(document, tree["$ref"]) if "$ref" in tree else tree


def _plain(document: Any, schema: Any) -> Any:
    """A schema without references and without words, in one way of writing it."""
    if isinstance(schema, list):
        return sorted((_plain(document, each) for each in schema), key=str)
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _plain(document, resolve(document, schema["$ref"]))
    if "allOf" in schema:
        return _plain(document, schema["allOf"][0])
    if "const" in schema:
        schema = schema | {"enum": [schema["const"]]}
    ignored = {*WORDS, "const", *(["type"] if "enum" in schema else [])}
    found = {key: value for key, value in schema.items() if key not in ignored}
    if "properties" in found:
        named = {name: _plain(document, each) for name, each in found["properties"].items()}
        found["properties"] = named
    options = found.pop("anyOf", found.pop("oneOf", None))
    if options is not None:
        plain = _plain(document, [each for each in options if each != {"type": "null"}])
        nullable = {"type": "null"} in options
        return {"options": plain, "nullable": nullable} | _rest(document, found)
    return _rest(document, found)


def _rest(document: Any, found: dict[str, Any]) -> dict[str, Any]:
    nested = ("items", "additionalProperties")
    return {
        key: _plain(document, value)
        if key in nested
        else sorted(value)
        if key == "required"
        else value
        for key, value in found.items()
    }
