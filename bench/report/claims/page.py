"""docs/claims.md: the article and FastAPI's page, claim by claim."""

from pathlib import Path
from typing import Any

from bench.declared.article import ArticleClaim, load_article
from bench.report.claims.answer import Answer
from bench.report.claims.answers import answered
from bench.report.claims.results import Results
from bench.report.templating import fill

_PAGE = Path("docs") / "claims.md"
_SOURCES = {"article": "the article", "FastAPI": "FastAPI's page"}


def render_claims(root: Path, run: Path | None = None) -> dict[Path, str]:
    """The page by its path, relative to the project's root. Raises BenchError."""
    claims = load_article()
    found = answered(Results(root, run), [claim.number for claim in claims])
    rows = [_row(claim, found.get(claim.number)) for claim in claims]
    return {_PAGE: fill("claims.md.j2", {"claims": rows, "answered": len(found)})}


def _row(claim: ArticleClaim, answer: Answer | None) -> dict[str, Any]:
    word = "not measured yet" if answer is None else answer.word
    return {
        "number": claim.number,
        "quote": claim.quote,
        "english": claim.english,
        "source": _SOURCES[claim.source],
        "word": f"{word} {answer.condition}" if answer and answer.condition else word,
        "text": "" if answer is None else answer.text,
        "pages": claim.pages,
        "command": claim.command,
    }
