"""Where and when something was measured, and the commands that repeat it."""

import re
from collections.abc import Container
from pathlib import Path
from typing import Any, Final

from bench.envelope.observation import Failed
from bench.envelope.run import Found, Run
from bench.report.links import link
from bench.report.markdown import commands

DOCS: Final = Path("docs")
_ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+")


def made(root: Path, found: Found[Any]) -> dict[str, Any]:
    """For the template of a page in `docs/`, with the arms that could not be measured, and why."""
    experiments = {each.experiment for each in found.entries}
    return {
        "failed": failures(found.run, experiments),
        "again_each": "",
        "run": found.run.info,
        "name": found.run.name,
        "raw": link(found.run.path, root / DOCS),
        "again": commands([found.run.info.command, "chatbench report"]),
    }


def failures(run: Run, experiments: Container[str]) -> list[tuple[str, str]]:
    """The arms that could not be measured in one of these experiments, each with the reason."""
    found = {
        (each.arm, _ADDRESS.sub("the server", each.reason))
        for each in run.observations
        if isinstance(each, Failed) and each.experiment in experiments
    }
    return sorted(found)
