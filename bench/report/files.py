"""The files of the pages: writes them, or compares them with the present results."""

import math
import re
from collections.abc import Callable
from pathlib import Path

from bench.report import arms
from bench.report.errors import ReportError
from bench.report.pages import render
from bench.report.readme import README, render_readme
from bench.report.side_by_side.page import FOLDER

CHARTS = Path("docs") / "charts"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TOLERANCE = 0.05  # user units of a chart; another CPU may round the last digit the other way
_RELATIVE = 2e-5  # of a figure in the explorer's data, for the same reason


def write_report(root: Path, run: Path | None = None) -> list[Path]:
    """Write every page of a run (default: the newest), and return the written paths.

    Raises ReportError if the run or the README cannot be read.
    """
    pages = _pages(root, run)
    for path, text in pages.items():
        target = root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise ReportError(f"{target} cannot be written: {error.strerror}.") from error
    for chart in _strays(root, pages):
        (root / chart).unlink()
    return [root / path for path in pages]


def check_report(root: Path) -> list[str]:
    """The stale pages, each with the reason; empty if all pages agree with the newest run."""
    pages = _pages(root, None)
    stale = [f"{path.as_posix()} {why}" for path in pages if (why := _stale(root, path, pages))]
    return stale + [f"{path.as_posix()} is not generated any more" for path in _strays(root, pages)]


def _pages(root: Path, run: Path | None) -> dict[Path, str]:
    """Every page's text by its path relative to `root`, sorted."""
    return dict(sorted((render(root, run) | render_readme(root, run)).items()))


def _stale(root: Path, path: Path, pages: dict[Path, str]) -> str | None:
    try:
        found = (root / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return "is missing"
    except (OSError, UnicodeDecodeError):
        return "cannot be read"
    same = _SAME.get(path.suffix, str.__eq__)
    if same(found, pages[path]):
        return None
    return "has a stale summary" if path == README["en"] else "is stale"


def _same_drawing(a: str, b: str) -> bool:
    """Whether two charts are equal, up to tiny differences of coordinates."""
    return _same(a, b, lambda x, y: abs(x - y) <= _TOLERANCE)


def _same_figures(a: str, b: str) -> bool:
    """Whether two files of data are equal, up to the last digit of figures."""
    return _same(a, b, lambda x, y: math.isclose(x, y, rel_tol=_RELATIVE))


_SAME = {".svg": _same_drawing, ".json": _same_figures}


def _same(a: str, b: str, alike: Callable[[float, float], bool]) -> bool:
    if a == b:
        return True
    if _NUMBER.sub("0", a) != _NUMBER.sub("0", b):
        return False
    pairs = zip(_NUMBER.findall(a), _NUMBER.findall(b), strict=True)
    return all(alike(float(x), float(y)) for x, y in pairs)


def _strays(root: Path, pages: dict[Path, str]) -> list[Path]:
    """Charts, and pages of features and arms, that only an earlier report had."""
    folders = (FOLDER, arms.FOLDER)
    pages_there = (page for folder in folders for page in (root / folder).glob("*.md"))
    every = (*(root / CHARTS).glob("*.svg"), *pages_there)
    found = (path.relative_to(root) for path in every)
    return sorted(path for path in found if path not in pages)
