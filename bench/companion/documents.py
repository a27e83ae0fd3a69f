"""`docs/` as pages: rendered at the first request, and again after a file changed."""

import asyncio
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from bench.companion.rendering import Rendered, render

MEDIA: Final = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
"""What pages show."""
EXPLORER: Final = "explorer/"
"""The folder of the explorer: a program, served as it is."""
PROGRAM: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
}
RAW: Final = {"run.json": "application/json", "observations.jsonl": "text/plain"}
"""The files of a run, to which the explorer links."""

_ORDER: Final = {
    "project": "What it is, how to set it up, and where everything is.",
    "README": "What to choose by need, and twelve questions that people ask.",
    "ja": "The decision in Japanese.",
    "comparison": "What each chat costs, carries and how fast it is: the measurements.",
    EXPLORER: "Every figure: filter, compare with a baseline or another run, sort, download.",
    "claims": "The article that this project answers, claim by claim.",
    "scaling": "What more members, rooms, bytes and connections cost.",
    "loss": "What is lost past every limit, where, and why.",
    "clarity": "What the code of each chat asks of its reader, feature by feature.",
    "profiles": "The functions in which each server spends its time.",
    "reliability": "What is lost when, what a commit costs, and whether memory is bounded.",
    "network": "What is missed behind a network that loses, delays and cuts.",
    "method": "How it was measured, and how far to trust it.",
    "side-by-side": "Each feature of both chats beside the other, from the sources.",
    "arms": "One page for each arm: settings, start command, profile, all figures.",
    "differences": "Where the two differ in what they do.",
    "client": "The browser client, and what it looks like.",
    "protocol": "The contract that both speak.",
    "coverage": "Which arm is asked for each row of the contract.",
    "add-a-backend": "How a third backend is tested and compared.",
    "deploy": "What a deployment needs besides the settings.",
    "upstream": "Faults of servers and libraries, as reports for their projects.",
    "decisions": "What was decided on the way, and why.",
}
"""What each known page is about, in reading order."""

_LABELS: Final = {"README": "Decision", "ja": "日本語", EXPLORER: "Explorer"}
"""The names in the bar that are not made from the page's name."""
_PROJECT: Final = "project"
"""The name of the page that is the project's README, beside the folder."""
_RESULTS: Final = "../bench/results"
"""The folder of all runs, from the pages' folder."""
_HTTP: Final = re.compile("https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the list of all pages."""

    name: str
    title: str
    about: str

    @property
    def label(self) -> str:
        """Its short name, for the bar."""
        return _LABELS.get(self.name) or self.name.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Chat:
    """The page of a chat."""

    address: str
    host: str


class Documents:
    """The pages under a folder, by name: `comparison` is `comparison.md`, `x` is `x/README.md`."""

    def __init__(self, folder: Path, chats: Sequence[str] = ()) -> None:
        """`chats` are the addresses of the chats' pages, to which every page links."""
        self._folder = folder
        self._chats = _chats(chats)
        self._rendered: dict[Path, tuple[int, Rendered]] = {}
        environment = Environment(
            loader=PackageLoader("bench.companion", "pages"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=True,
        )
        self._page = environment.get_template("page.html.j2")
        self._index = environment.get_template("index.html.j2")

    async def index(self) -> str:
        """The page that lists all pages."""
        return await asyncio.to_thread(self._make_index)

    async def page(self, name: str) -> str | None:
        """The HTML of the page with this name, or None."""
        return await asyncio.to_thread(self._make_page, name)

    async def program(self, path: str) -> Path | None:
        """A file of the explorer; None for a path that is not in its folder's list."""
        return (await asyncio.to_thread(self._program)).get(path)

    async def raw(self, path: str) -> Path | None:
        """A file of a run, by MACHINE/RUN/FILE; None for a path that is not in the list."""
        return (await asyncio.to_thread(self._raw)).get(path)

    async def picture(self, path: str) -> Path | None:
        """The file of a chart or screenshot; None for a path that is not in the folder's list."""
        return (await asyncio.to_thread(self._pictures)).get(path)

    def _make_index(self) -> str:
        return self._index.render(entries=self._entries(self._pages()), chats=self._chats)

    def _make_page(self, name: str) -> str | None:
        pages = self._pages()
        file = pages.get(name)
        if file is None:
            return None
        page = self._render(file)
        language = name.partition("/")[0]
        return self._page.render(
            name=name,
            page=page,
            entries=self._entries(pages),
            chats=self._chats,
            language="ja" if language == "ja" else "en",
        )

    def _entries(self, pages: Mapping[str, Path]) -> list[Entry]:
        # The index of a folder lists the folder's other pages.
        listed = [name for name in pages if posixpath.dirname(name) not in pages]
        if self._program():
            listed.append(EXPLORER)
        names = sorted(listed, key=lambda name: (_place(name), name))
        return [
            Entry(name, self._title(name, pages.get(name)), _ORDER.get(name, "")) for name in names
        ]

    def _title(self, name: str, file: Path | None) -> str:
        return (file and self._render(file).title) or _LABELS.get(name, name)

    def _render(self, file: Path) -> Rendered:
        changed = file.stat().st_mtime_ns
        known = self._rendered.get(file)
        if known is None or known[0] != changed:
            targets = self._targets()
            folder = _folder_of(self._folder, file)
            text = file.read_text("utf-8")
            known = changed, render(text, lambda href: _resolve(href, folder, targets))
            self._rendered[file] = known
        return known[1]

    def _targets(self) -> dict[str, str]:
        """Paths under the folder that a link may name, and the URL path of each."""
        pages = {
            posixpath.join(_folder_of(self._folder, file), file.name): f"/docs/{name}"
            for name, file in self._pages().items()
        }
        folders = {
            posixpath.dirname(path): at for path, at in pages.items() if path.endswith("/README.md")
        }
        folders.pop("..", None)
        if self._program():
            folders[f"{EXPLORER}index.html"] = f"/docs/{EXPLORER}"
        found = pages | folders | {path: f"/docs/{path}" for path in self._pictures()}
        found |= self._raw_targets()
        found = {posixpath.normpath(path): at for path, at in found.items()}
        # The project's README names the same files from one folder above.
        return found | {f"../{self._folder.name}/{path}": at for path, at in found.items()}

    def _raw_targets(self) -> dict[str, str]:
        """The files of runs; the folder of a run leads to its observations."""
        files = {f"{_RESULTS}/{path}": f"/bench/results/{path}" for path in self._raw()}
        folders = {
            posixpath.dirname(path): at for path, at in files.items() if path.endswith(".jsonl")
        }
        return files | folders

    def _pages(self) -> dict[str, Path]:
        found = {_name(_path(self._folder, file)): file for file in self._folder.rglob("*.md")}
        project = self._folder.parent / "README.md"
        return found | ({_PROJECT: project} if project.is_file() else {})

    def _program(self) -> dict[str, Path]:
        files = (self._folder / EXPLORER).glob("*.*")
        found = {_path(self._folder, file): file for file in files if file.suffix in PROGRAM}
        start = found.get(f"{EXPLORER}index.html")
        return found | {EXPLORER: start} if start else {}

    def _raw(self) -> dict[str, Path]:
        folder = self._folder.parent / "bench" / "results"
        return {_path(folder, file): file for name in RAW for file in folder.glob(f"*/*/{name}")}

    def _pictures(self) -> dict[str, Path]:
        files = (file for file in self._folder.rglob("*.*") if file.suffix in MEDIA)
        return {_path(self._folder, file): file for file in files}


def _resolve(href: str, folder: str, targets: Mapping[str, str]) -> str | None:
    """The target of a link in a page in this folder; None if the target is not served."""
    if _HTTP.match(href) or href.startswith("#"):
        return href
    path, _, fragment = href.partition("#")
    found = targets.get(posixpath.normpath(posixpath.join(folder, path)))
    return found and (f"{found}#{fragment}" if fragment else found)


def _chats(addresses: Sequence[str]) -> list[Chat]:
    """One address for each port: a page may be reached under several names of the loopback."""
    by_port = {urlsplit(each).port: each for each in sorted(addresses)}
    return [Chat(each, urlsplit(each).netloc) for each in by_port.values()]


def _folder_of(folder: Path, file: Path) -> str:
    """The file's folder, relative to `folder`; ".." for the project's README."""
    return posixpath.relpath(file.parent.as_posix(), folder.as_posix())


def _path(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _name(path: str) -> str:
    return path.removesuffix(".md").removesuffix("/README")


def _place(name: str) -> int:
    return list(_ORDER).index(name) if name in _ORDER else len(_ORDER)
