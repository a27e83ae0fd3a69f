"""Where the page of an arm is."""

import os
from pathlib import Path
from typing import Final

from bench.declared.arms import load_arms
from bench.report.markdown import code

FOLDER: Final = Path("docs") / "arms"
_AGAIN: Final = "#"
"""Between an arm's id and the number of its second column in an A/A pair."""


def page_link(arm_id: str, folder: Path = Path("docs")) -> str:
    """The id as a link, for a page in `folder`; the id alone if no declared arm has it."""
    base = arm_id.partition(_AGAIN)[0]
    if base not in load_arms():
        return code(arm_id)
    return f"[{code(arm_id)}]({Path(os.path.relpath(FOLDER / f'{base}.md', folder)).as_posix()})"
