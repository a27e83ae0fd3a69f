"""The suite's options in Locust: on the command line, and in the form of the web UI."""

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.load.options import ACCEPTED, Accepted, Options
from bench.load.suite import thresholds
from bench.load.suite.stacks import running

NONE: Final = "none"
"""The choice of --against without a second chat."""
_FIXED: Final = ("url", "against", "room_size", "rooms", "payload", "image_size", "pause", "visit")
"""What a run cannot change: its members are in their rooms already."""


def add_arguments(parser: Any) -> None:
    """Add the suite's arguments; the web UI shows them, too."""
    if arms := list(running()):
        parser.add_argument("--arm", choices=arms, default=arms[0], help="The running chat to load")
    if len(arms) > 1:
        parser.add_argument(
            "--against",
            choices=[NONE, *arms],
            default=NONE,
            help="A second running chat: both get this load, in turns",
        )
    for option in ACCEPTED:
        default = int(option.default) if option.whole else option.default
        parser.add_argument(
            f"--{option.name}", type=_type_of(option), default=default, help=option.help
        )
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FOLDER",
        include_in_web_ui=False,
        help="Where the button Save writes a run; the default is bench/results of the project",
    )
    thresholds.add_arguments(parser)


def choose_host(environment: Any) -> None:
    """Without a host, the environment's host is the chosen arm's."""
    arms = running()
    if not environment.host and arms:
        asked = getattr(environment.parsed_options, "arm", None)
        environment.host = arms[asked or next(iter(arms))].url


def choose_shape(environment: Any) -> None:
    """Without a choice in the form, the shape is the user's own, if there is one, and not ours."""
    if getattr(environment.shape_class, "only_by_choice", False):
        every = (environment.available_shape_classes or {}).values()
        others = (shape for shape in every if not getattr(shape, "only_by_choice", False))
        environment.shape_class = next(others, None)
        if environment.shape_class is not None:
            environment.shape_class.runner = environment.runner


def options_of(environment: Any) -> Options:
    """The options of the command line or the web UI. The host says which arm it is, if any."""
    asked = environment.parsed_options
    host = environment.host or ""
    index = getattr(environment.runner, "worker_index", 0)
    return Options(
        url=host,
        arm=_arm_at(host),
        against=_second(getattr(asked, "against", NONE)),
        room_size=asked.room_size,
        rooms=asked.rooms,
        rate=asked.rate,
        payload=asked.payload,
        image_size=asked.image_size,
        pause=asked.pause,
        visit=asked.visit,
        prefix=f"w{index}" if index else "",
    )


def add_form_check(
    web_ui: Any, current: Callable[[], Options | None], tell: Callable[[str], None]
) -> None:
    """Have the form of the web UI answer a wrong value with a sentence, where Locust fails.

    `current()` has the options of the test that runs, or None. `tell` takes what a person must
    hear during a test: the form is closed then.
    """

    def check() -> Any:
        from flask import jsonify, request

        if request.method != "POST" or not request.path.endswith("/swarm"):
            return None
        environment = web_ui.environment
        wrong = (
            wrong_value(request.form)
            or changed(request.form, current())
            or _unfit_form(environment, request.form, request.form.getlist("user_classes"))
        )
        if wrong is not None:
            tell(wrong)
            return jsonify({"success": False, "message": wrong, "host": environment.host})
        if current() is None and request.form.get("arm") and not request.form.get("host"):
            environment.host = running()[request.form["arm"]].url
        return None

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
    return _contradiction(form)


def changed(form: Mapping[str, str], current: Options | None) -> str | None:
    """The sentence about a field that differs from the test that runs, and cannot be changed."""
    if current is None:
        return None
    arm = form.get("arm", "")
    # The form of a running test has the arm, and no host.
    moves = current.arm and arm and arm != current.arm
    there = running()[arm].url if moves else current.url
    asked: Any = replace(current, url=form.get("host") or there)
    for option in ACCEPTED:
        name = option.name.replace("-", "_")
        if name in form:
            asked = replace(asked, **{name: option.read(form[name])})
    if "against" in form:
        asked = replace(asked, against=_second(form["against"]))
    for field in _FIXED:
        now, then = getattr(current, field), getattr(asked, field)
        if now != then:
            shown = "host" if field == "url" else field.replace("_", "-")
            return (
                f"--{shown} is {now or NONE} in the running test: "
                "stop it first, or change users or --rate."
            )
    return None


def unfit(environment: Any, classes: Iterable[Any], arm: str, against: str) -> str | None:
    """The sentence about why two chats cannot take turns; None if they can, or there is one."""
    if not against:
        return None
    if not arm:
        return "--against needs an arm as the first chat, too: choose the host of a running arm."
    if arm == against:
        return f"--against is the first chat, {arm}: choose another one, or {NONE}."
    if not hasattr(environment.runner, "worker_index") or hasattr(
        environment.runner, "master_host"
    ):
        return "--against works in one Locust process: start Locust without workers."
    slow = [each.__name__ for each in classes if not getattr(each, "takes_turns", True)]
    if slow:
        return (
            f"{slow[0]} cannot be in a test with --against: a turn ends when all have read "
            "their messages."
        )
    return None


def _unfit_form(environment: Any, form: Mapping[str, str], names: Iterable[str]) -> str | None:
    host, arm = form.get("host", ""), form.get("arm", "")
    available = environment.available_user_classes or {}
    classes = [available[name] for name in names if name in available]
    first = _arm_at(host) if host else arm or _arm_at(environment.host or "")
    return unfit(environment, classes, first, _second(form.get("against", NONE)))


def _second(choice: str) -> str:
    """The arm of --against; empty if there is none."""
    return "" if choice == NONE else choice


def _contradiction(form: Mapping[str, str]) -> str | None:
    arms = running()
    arm, host = form.get("arm", ""), form.get("host", "")
    if arm and arm not in arms:
        return f"--arm takes {', '.join(arms)}, not {arm!r}."
    against = form.get("against", NONE)
    if against not in (NONE, *arms):
        return f"--against takes {', '.join((NONE, *arms))}, not {against!r}."
    there = _arm_at(host)
    if arm and there and there != arm:
        return f"{host} is {there}, and the arm is {arm}: choose one of the two."
    return None


def _arm_at(host: str) -> str:
    """The running arm with this URL; empty if there is none."""
    return next((arm for arm, stack in running().items() if stack.url == host.rstrip("/")), "")


def _type_of(option: Accepted) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            return option.read(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None

    return read
