"""A project with only a made-up run."""

from pathlib import Path

import pytest

from tests.report import synthetic_speed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's root with a run, a README with markers, and the pages written by hand."""
    synthetic_speed.write(tmp_path)
    text = "# Title\n\n<!-- summary:start -->\nold\n<!-- summary:end -->\n\nThe rest.\n"
    (tmp_path / "README.md").write_text(text)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "method.md").write_text("# Method\n")
    (tmp_path / "bench" / "declared").mkdir()
    (tmp_path / "bench" / "declared" / "claims.toml").write_text("")
    return tmp_path
