"""Every link of every page leads somewhere: files, images, raw results, and headings."""

import posixpath
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from bench.companion.rendering import Rendered, render

ROOT = Path(__file__).resolve().parents[2]


def _pages() -> list[str]:
    """All Markdown files that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):  # not a clone
        folders = ("docs", "tests", "bench", "shared_client")
        found = [path for folder in folders for path in (ROOT / folder).rglob("*.md")]
        return [path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *found]]
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@cache
def _read(page: str) -> tuple[Rendered, tuple[str, ...]]:
    """The page, and the targets of its links and images."""
    targets: list[str] = []

    def collect(target: str) -> str:
        targets.append(target)
        return target

    return render((ROOT / page).read_text("utf-8"), collect), tuple(dict.fromkeys(targets))


def broken_links(page: str) -> list[str]:
    """The local targets of a page that do not exist, each with the reason."""
    found = ((target, _why_broken(page, target)) for target in _read(page)[1])
    return [f"{page}: {target or 'an empty link'} {why}" for target, why in found if why]


def _why_broken(page: str, target: str) -> str | None:
    parts = urlsplit(target)
    if parts.scheme in ("http", "https") and parts.netloc:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
    if parts.path == "":
        path = page
    if parts.scheme or path.startswith("..") or not (ROOT / path).exists():
        return "does not exist"
    if not parts.fragment:
        return None if target else "is empty"
    if not path.endswith(".md"):
        return "has an anchor, and is no page"
    anchors = {heading.slug for heading in _read(path)[0].headings}
    return None if unquote(parts.fragment) in anchors else "names no heading"


def test_every_link_leads_somewhere() -> None:
    pages = _pages()
    assert {"README.md", "docs/README.md", "docs/comparison.md"} <= set(pages)
    assert sum(len(_read(page)[1]) for page in pages) > 300
    broken = [line for page in pages for line in broken_links(page)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("method.md#words", None),
        ("#which-one-the-decision", None),
        ("../bench/results/", None),
        ("https://example.org/x#y", None),
        ("nowhere.md", "does not exist"),
        ("method.md#nowhere", "names no heading"),
        ("charts/speed-room-light.svg#x", "has an anchor, and is no page"),
        ("../../etc/passwd", "does not exist"),
        ("javascript:x", "does not exist"),
        ("", "is empty"),
    ],
)
def test_what_is_broken(target: str, why: str | None) -> None:
    assert _why_broken("docs/README.md", target) == why
