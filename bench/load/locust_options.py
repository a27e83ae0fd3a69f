"""The suite's options in Locust: on the command line, and in the form of the web UI."""

import json
import os
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from typing import Any

from bench.load.options import ACCEPTED, STACKS_VARIABLE, Accepted, Options


def stacks() -> dict[str, str]:
    """The running arms and their URLs."""
    found: dict[str, str] = json.loads(os.environ.get(STACKS_VARIABLE) or "{}")
    return found


def add_arguments(parser: Any) -> None:
    """Add the suite's arguments; the web UI shows them, too."""
    if arms := list(stacks()):
        parser.add_argument("--arm", choices=arms, default=arms[0], help="The running chat to load")
    for option in ACCEPTED:
        default = int(option.default) if option.whole else option.default
        parser.add_argument(
            f"--{option.name}", type=_type_of(option), default=default, help=option.help
        )


def options_of(environment: Any) -> Options:
    """The options of the command line or the web UI."""
    asked = environment.parsed_options
    arm = getattr(asked, "arm", "")
    index = getattr(environment.runner, "worker_index", 0)
    return Options(
        url=stacks().get(arm) or environment.host or "",
        arm=arm,
        room_size=asked.room_size,
        rooms=asked.rooms,
        rate=asked.rate,
        payload=asked.payload,
        prefix=f"w{index}" if index else "",
    )


def add_form_check(web_ui: Any) -> None:
    """Have the form of the web UI answer a wrong value with a sentence, where Locust fails."""

    def check() -> Any:
        from flask import jsonify, request

        if request.method != "POST" or not request.path.endswith("/swarm"):
            return None
        wrong = wrong_value(request.form)
        return None if wrong is None else jsonify({"success": False, "message": wrong})

    web_ui.app.before_request(check)


def wrong_value(form: Mapping[str, str]) -> str | None:
    """The sentence about the first wrong value of a form; None if all are right."""
    for option in ACCEPTED:
        text = form.get(option.name.replace("-", "_"))
        if text is not None:
            try:
                option.read(text)
            except ValueError as error:
                return str(error)
    return None


def _type_of(option: Accepted) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            return option.read(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None

    return read
