"""docs/claims.md and docs/ja/claims.md: the article and FastAPI's page, claim by claim."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bench.declared.article import ArticleClaim, load_article
from bench.declared.texts import UP, Language
from bench.report.claims.answer import PAGE, Answer, said
from bench.report.claims.answers import answered
from bench.report.claims.results import Results
from bench.report.links import anchor
from bench.report.templating import fill, translator

PAGES: Final[Mapping[Language, Path]] = {
    "en": Path("docs") / "claims.md",
    "ja": Path("docs") / "ja" / "claims.md",
}


def render_claims(root: Path, run: Path | None = None) -> dict[Path, str]:
    """Both pages by path, relative to the project's root. Raises BenchError."""
    claims = load_article()
    found = answered(Results(root, run), [claim.number for claim in claims])
    return {path: _page(claims, found, language) for language, path in PAGES.items()}


def _page(claims: tuple[ArticleClaim, ...], found: Mapping[int, Answer], language: Language) -> str:
    rows = [_row(claim, found.get(claim.number), language) for claim in claims]
    words = translator(PAGE, language)
    context = {"claims": rows, "answered": str(len(found)), "t": words}
    return fill("claims.md.j2", context).rstrip() + "\n"


def _row(claim: ArticleClaim, answer: Answer | None, language: Language) -> dict[str, Any]:
    verdict = said("not_measured") if answer is None else answer.verdict
    heading = said("claim", number=str(claim.number)).in_language(language)
    english = language == "en"
    return {
        "number": claim.number,
        "anchor": anchor(heading),
        "quote": claim.quote,
        "words": claim.english if english else claim.quote,
        "english": claim.english if english else "",  # the quote is Japanese
        "source": said(f"source_{claim.source.lower()}").in_language(language),
        "verdict": verdict.in_language(language),
        "text": "" if answer is None else answer.text.in_language(language),
        "pages": [f"[{page}]({UP[language]}{page})" for page in claim.pages],
        "command": claim.command,
    }
