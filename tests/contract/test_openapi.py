"""docs/openapi.yaml against both chats: every answer is as documented, for any request."""

import copy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from bench.report.contract import openapi
from chat_core.http_contract import CALLS, Call
from tests.contract.conftest import PASSWORD, PRIVATE, ROOM, Backend
from tests.contract.references import references, resolve

DOCUMENT = openapi.document()
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.positive_data_acceptance,
    checks.negative_data_rejection,
]
BOUNDED = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
PATHS: dict[str, dict[str, Any]] = {
    "messages": {"room": ROOM},
    "image": {"room": ROOM, "seq": 2},
    "invite": {"room": PRIVATE},
    "withdraw": {"room": PRIVATE},
    "client_file": {"file": "main.js"},
}
REFUSABLE = [c for c in CALLS if c.body or any(each.kind is not str for each in c.parameters)]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TAKEN = {call.path: {c.method for c in CALLS if c.path == call.path} for call in CALLS}
NOT_TAKEN = [
    (call, method) for call in CALLS for method in METHODS if method not in TAKEN[call.path]
]


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


def operation(call: Call, schema: Any = SCHEMA) -> Any:
    """The call's operation in the document."""
    return schema[call.path][call.method.lower()]


def named(call: Call) -> str:
    """The name of a call in a test's id."""
    return call.name


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        assert resolve(DOCUMENT, reference)


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_a_valid_request_is_answered_as_documented(backend: Backend, call: Call) -> None:
    answer = _example(backend, call).call_and_validate(base_url=backend.url, checks=CHECKS)
    assert answer.status_code == call.answers[0].status


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_an_answer_that_is_not_documented_is_noticed(backend: Backend, call: Call) -> None:
    document = copy.deepcopy(DOCUMENT)
    answers = document["paths"][call.path][call.method.lower()]["responses"]
    answers["299"] = answers.pop(str(call.answers[0].status))
    schema = schemathesis.openapi.from_dict(document)
    with pytest.raises(FailureGroup):
        _example(backend, call, schema).call_and_validate(base_url=backend.url, checks=CHECKS)


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_any_valid_request_is_answered_as_documented(
    backends: tuple[Backend, ...], call: Call
) -> None:
    _ask(backends, call, GenerationMode.POSITIVE)


@pytest.mark.parametrize("call", REFUSABLE, ids=named)
def test_any_invalid_request_is_answered_as_documented(
    backends: tuple[Backend, ...], call: Call
) -> None:
    _ask(backends, call, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("call", [call for call in CALLS if call.signed_in], ids=named)
def test_a_request_without_a_session_is_refused_as_documented(backend: Backend, call: Call) -> None:
    case = operation(call).Case(path_parameters=PATHS.get(call.name))
    answer = case.call_and_validate(base_url=backend.url, checks=CHECKS)
    assert answer.status_code == 401


@pytest.mark.parametrize("call", [call for call in CALLS if call.changes], ids=named)
def test_a_page_of_another_origin_is_refused_as_documented(backend: Backend, call: Call) -> None:
    case = _example(backend, call)
    case.headers["Origin"] = "http://elsewhere.example"
    answer = case.call_and_validate(base_url=backend.url, checks=CHECKS[:-2])
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("call", "method"), NOT_TAKEN, ids=lambda each: getattr(each, "name", each)
)
def test_an_unsupported_method_is_refused_as_documented(
    backend: Backend, call: Call, method: str
) -> None:
    answer = backend.http.request(method, _path(call))
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    allowed = TAKEN[call.path] | ({"HEAD"} if "GET" in TAKEN[call.path] else set())
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("call", [c for c in CALLS if not c.changes], ids=named)
def test_head_is_answered_as_get_is_without_the_body(backend: Backend, call: Call) -> None:
    cookies = "; ".join(map("=".join, backend.sign_in().items())) if call.signed_in else ""
    head, get = (
        backend.http.request(method, _path(call), headers={"Cookie": cookies})
        for method in ("HEAD", "GET")
    )
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def _example(backend: Backend, call: Call, schema: Any = SCHEMA) -> Case[Any]:
    """A call as a user makes it; for register, with a free name."""
    parts: dict[str, Any] = {"path_parameters": PATHS.get(call.name)}
    if call.name == "make_room":
        parts["body"] = {"room": backend.new_username(), "private": True}
    elif call.body is not None:
        taken = call.name != "register"
        username = backend.username if taken else backend.new_username()
        parts["body"] = {"username": username, "password": PASSWORD}
    case: Case[Any] = operation(call, schema).Case(**parts)
    case.cookies = backend.sign_in() if call.signed_in else {}
    return case


def _ask(backends: tuple[Backend, ...], call: Call, mode: GenerationMode) -> None:
    """Make the same requests to both chats; a failure tells the address of the chat."""
    cookies = [backend.sign_in() if call.signed_in else {} for backend in backends]

    @BOUNDED
    @given(case=operation(call).as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        for backend, own in zip(backends, cookies, strict=True):
            case.call_and_validate(base_url=backend.url, checks=CHECKS, cookies=own)

    ask()


def _path(call: Call) -> str:
    return call.path.format(**PATHS.get(call.name, {}))
