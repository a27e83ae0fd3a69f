"""A project with only a made-up run."""

import shutil
from pathlib import Path

import pytest

from bench.report import write_report
from tests.report import synthetic_speed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's root with a run, a README with markers, and the pages written by hand."""
    return _make(tmp_path)


@pytest.fixture(scope="session")
def _written_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = _make(tmp_path_factory.mktemp("written"))
    write_report(root)
    return root


@pytest.fixture
def written(_written_once: Path, tmp_path: Path) -> Path:
    """Such a project with its generated pages, which take about a second to write."""
    return shutil.copytree(_written_once, tmp_path, dirs_exist_ok=True)


def _make(tmp_path: Path) -> Path:
    synthetic_speed.write(tmp_path)
    text = "# Title\n\n<!-- summary:start -->\nold\n<!-- summary:end -->\n\nThe rest.\n"
    (tmp_path / "README.md").write_text(text)
    (tmp_path / "docs" / "explorer").mkdir(parents=True)
    (tmp_path / "docs" / "explorer" / "index.html").write_text("<!doctype html>\n")
    (tmp_path / "docs" / "method.md").write_text("# Method\n")
    (tmp_path / "bench" / "declared").mkdir()
    (tmp_path / "bench" / "declared" / "claims.toml").write_text("")
    return tmp_path
