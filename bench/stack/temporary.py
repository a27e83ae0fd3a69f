"""Temporary folders that are removed when the process ends, also when it is killed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# The sweeper's standard input ends when our process ends, for any reason. It waits for a PostgreSQL
# in the folder to end, because that would write into a folder that is being removed.
_SWEEPER = """
cat > /dev/null
i=0
while [ -e "$1/data/postmaster.pid" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
rm -rf "$1"
"""


class TemporaryFolder:
    """A new folder, and a shell that removes it if this process cannot.

    With `owner`, a user's name, the folder belongs to that user, in a place that every user can
    reach.
    """

    def __init__(self, owner: str | None = None) -> None:
        parent = tempfile.gettempdir() if owner is None else _place_for_all()
        self.path = Path(tempfile.mkdtemp(prefix="chatbench-", dir=parent))
        if owner is not None:
            shutil.chown(self.path, owner)
        self._sweeper = subprocess.Popen(
            ["/bin/sh", "-c", _SWEEPER, "sweeper", str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def remove(self) -> None:
        """Remove the folder and its content."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._sweeper.communicate()


def reachable(path: Path) -> bool:
    """Whether every user can read the path."""
    return all(os.stat(each).st_mode & 0o001 for each in [path, *path.parents] if each.is_dir())


def _place_for_all() -> str:
    places = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    return next((each for each in places if reachable(Path(each))), places[0])
