"""Where and when something was measured, and the commands that repeat it."""

from pathlib import Path
from typing import Any, Final

from bench.envelope.run import Found
from bench.report.links import link
from bench.report.markdown import commands

DOCS: Final = Path("docs")


def made(root: Path, found: Found[Any]) -> dict[str, Any]:
    """For the template of a page in `docs/`."""
    return {
        "run": found.run.info,
        "name": found.run.name,
        "raw": link(found.run.path, root / DOCS),
        "again": commands([found.run.info.command, "chatbench report"]),
    }
