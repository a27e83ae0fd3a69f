"""A project with only the stored run."""

import shutil
from pathlib import Path

import pytest

from bench.envelope.runs import Run, read_run
from tests.report.synthetic import MACHINE, RUN, STORED


@pytest.fixture(scope="session")
def stored() -> Run:
    """The stored run, read."""
    return read_run(STORED)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's root with the stored run, a README with markers, and the hand-written page."""
    shutil.copytree(STORED, tmp_path / "bench" / "results" / MACHINE / RUN)
    text = "# Title\n\n<!-- summary:start -->\nold\n<!-- summary:end -->\n\nThe rest.\n"
    (tmp_path / "README.md").write_text(text)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "method.md").write_text("# Method\n")
    return tmp_path
