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


def test_the_base_is_pinned_by_its_minor_version() -> None:
    assert _instructions("FROM") == ["${PYTHON_IMAGE} AS packages", "${PYTHON_IMAGE}"]
    assert "PYTHON_IMAGE=python:3.13-slim" in _instructions("ARG")


def test_all_packages_are_the_locked_ones_by_their_hashes() -> None:
    installs = [shlex.split(line) for line in _instructions("RUN") if " pip install" in line]

    assert len(installs) == 2
    assert installs[0][-3:] == ["--require-hashes", "-r", "requirements.lock"]
    assert {"--no-deps", "--no-build-isolation"} <= set(installs[1])


def test_an_indexs_address_is_in_the_history_of_the_first_stage_alone() -> None:
    first, second = DOCKERFILE.read_text("utf-8").split("\nFROM ")[1:]

    assert "\nARG PIP_INDEX_URL\n" in first
    assert "\nARG " not in second
    assert "requirements.lock" not in second
    assert "COPY --from=packages /opt/venv /opt/venv" in second


def test_the_image_runs_as_nobody_also_without_compose() -> None:
    built = {service["user"] for service in services().values() if "build" in service}

    assert set(_instructions("USER")) == built


@pytest.mark.parametrize("name", ["shared_client", "docs", "requirements.lock", "pyproject.toml"])
def test_files_that_run_are_in_the_build_context(name: str) -> None:
    assert name in _let_in()


def test_the_build_context_has_every_package_and_no_missing_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["packages"]["find"]["include"]

    assert {pattern.removesuffix("*") for pattern in patterns} <= _let_in()
    assert [name for name in _let_in() if not (ROOT / name).exists()] == []
