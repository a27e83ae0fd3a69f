"""The client's modules: their own tests under Node, and that they agree with `chat_core`."""

import json
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright._impl._driver import compute_driver_executable

from chat_core import protocol_limits
from chat_core.close_codes import CloseCode
from chat_core.frames import SUBPROTOCOL, ErrorCode
from chat_core.settings import Settings

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "shared_client"
# The client's files are served as they are, without a package.json that would call them modules.
CLOSE_CODES = [code for name, code in vars(CloseCode).items() if name.isupper()]
NODE = [compute_driver_executable()[0], "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"]


def run_node(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the Node that Playwright brings along."""
    return subprocess.run([*NODE, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    """What the client has of the contract: limits, subprotocol, words by code."""
    protocol, words = (
        (CLIENT / path).as_uri() for path in ("network/protocol.js", "words/words.js")
    )
    program = f"""
        import {{ LIMITS, SUBPROTOCOL }} from {json.dumps(protocol)};
        import {{ words }} from {json.dumps(words)};
        const {{ closed, failed }} = words;
        console.log(JSON.stringify({{ LIMITS, SUBPROTOCOL, closed, failed }}));
    """
    answer = run_node("--input-type=module", "--eval", program)
    assert answer.returncode == 0, answer.stderr
    parsed: dict[str, Any] = json.loads(answer.stdout)
    return parsed


@pytest.mark.parametrize("module", sorted(HERE.glob("*.test.js")), ids=lambda path: path.stem)
def test_module(module: Path) -> None:
    """Each file of tests passes; `--test` would start a second Node for it."""
    answer = run_node(str(module))
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_limits_are_those_of_the_servers(twin: dict[str, Any]) -> None:
    """A number of the contract that changes in one place changes in both."""
    assert twin["SUBPROTOCOL"] == SUBPROTOCOL
    assert twin["LIMITS"] == {
        "room": protocol_limits.ROOM_CHARACTERS,
        "name": protocol_limits.NAME_CODE_POINTS,
        "text": protocol_limits.TEXT_CODE_POINTS,
        "presence": protocol_limits.PRESENCE_MEMBERS,
        "fileName": protocol_limits.FILE_NAME_CODE_POINTS,
        "image": Settings.from_environ({}, ["memory"], ["standard"]).max_image_bytes,
        "password": list(protocol_limits.PASSWORD_CODE_POINTS),
    }


@pytest.mark.parametrize("code", CLOSE_CODES)
def test_every_close_code_has_words(twin: dict[str, Any], code: int) -> None:
    """No server closes a connection for a reason that the page cannot tell."""
    assert str(code) in twin["closed"]


@pytest.mark.parametrize("code", get_args(ErrorCode))
def test_every_error_that_a_message_can_meet_has_words(twin: dict[str, Any], code: str) -> None:
    """No message fails for a reason that the page cannot tell."""
    assert code in twin["failed"]
