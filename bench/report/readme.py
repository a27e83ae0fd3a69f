"""README.md with its summary, and README.ja.md: the same, each block in Japanese.

A block is a line, or a fence with its code. `readme_ja.toml` has its Japanese by its English text,
so that an English block that changes needs a new translation. A block without one stays English,
and a test names it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from bench.declared.texts import Language
from bench.report.claims.summary import summary
from bench.report.errors import ReportError

README: Final[Mapping[Language, Path]] = {"en": Path("README.md"), "ja": Path("README.ja.md")}
START, END = "<!-- summary:start -->", "<!-- summary:end -->"
_TRANSLATIONS: Final = Path(__file__).parents[1] / "declared" / "readme_ja.toml"
_FENCE: Final = "```"
_WORDS: Final = re.compile(r"[A-Za-z]{2}")


def render_readme(root: Path, run: Path | None = None) -> dict[Path, str]:
    """Both pages by path, relative to the project's root. Raises ReportError."""
    head, tail = _around_the_summary(root / README["en"])
    known = translations()
    outsides = {"en": (head, tail), "ja": (_translated(head, known), _translated(tail, known))}
    return {
        path: _joined(*outsides[language], summary(root, run, language))
        for language, path in README.items()
    }


@cache
def translations() -> Mapping[str, str]:
    """The Japanese of each block by its English text."""
    declared = tomllib.loads(_TRANSLATIONS.read_text("utf-8"))["blocks"]
    return {each["en"].strip("\n"): each["ja"].strip("\n") for each in declared}


def blocks(text: str) -> Iterator[str]:
    """The lines of a page, empty ones too; a fence with its code is one block."""
    fence: list[str] = []
    for line in text.split("\n"):
        if fence or line.startswith(_FENCE):
            fence.append(line)
            if len(fence) > 1 and line.startswith(_FENCE):
                yield "\n".join(fence)
                fence = []
        else:
            yield line
    if fence:
        yield "\n".join(fence)


def untranslated(root: Path) -> list[str]:
    """The blocks of README.md that have words and no Japanese. Raises ReportError."""
    outside = "\n".join(_around_the_summary(root / README["en"]))
    return [each for each in blocks(outside) if _WORDS.search(each) and each not in translations()]


def _translated(text: str, known: Mapping[str, str]) -> str:
    return "\n".join(known.get(each, each) for each in blocks(text))


def _joined(head: str, tail: str, text: str) -> str:
    return f"{head}{START}\n{text.strip()}\n{END}{tail}"


def _around_the_summary(readme: Path) -> tuple[str, str]:
    """What is before and after the markers."""
    try:
        text = readme.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ReportError(
            f"{readme} does not exist, so there is no place for its summary."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{readme} cannot be read: {error}.") from error
    head, start, rest = text.partition(START)
    _, end, tail = rest.partition(END)
    if not start or not end:
        raise ReportError(f"{readme} has no lines {START} and {END} to write the summary between.")
    return head, tail
