"""Where and when something was measured, and the commands that repeat it."""

import re
from pathlib import Path
from typing import Any, Final

from bench.envelope.observation import Failed
from bench.envelope.run import Found
from bench.report.links import link
from bench.report.markdown import commands

DOCS: Final = Path("docs")
_ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+")


def made(root: Path, found: Found[Any]) -> dict[str, Any]:
    """For the template of a page in `docs/`, with the arms that could not be measured, and why."""
    experiments = {each.experiment for each in found.entries}
    failed = {
        (each.arm, _ADDRESS.sub("the server", each.reason))
        for each in found.run.observations
        if isinstance(each, Failed) and each.experiment in experiments
    }
    return {
        "failed": sorted(failed),
        "again_each": "",
        "run": found.run.info,
        "name": found.run.name,
        "raw": link(found.run.path, root / DOCS),
        "again": commands([found.run.info.command, "chatbench report"]),
    }
